"""Events between the runner and a coroutine that is played in a worker."""

from __future__ import annotations

import threading
from functools import partial
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from runner.worker.protocol import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.worker.executor import Executor


class Inbox:
    """The events that came while one order is under way, until they are taken."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._changed = threading.Condition()

    def put(self, event: Event) -> None:
        """Keep an event for the coroutine that waits for it."""
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    def take(self, name: str) -> Event:
        """Take the first event of that name; block until there is one."""
        with self._changed:
            while True:
                for event in self._events:
                    if event.name == name:
                        self._events.remove(event)
                        return event
                self._changed.wait()


class Events:
    """The handle of a coroutine that is played: it tells the runner, and waits for the runner."""

    def __init__(self, inbox: Inbox, send: Callable[[Event], None], executor: Executor) -> None:
        self._inbox = inbox
        self._send = send
        self.executor = executor
        """The execution of clients, as the pool needs it."""

    async def tell(self, name: str, **facts: Any) -> None:
        """Tell the runner that something has happened now; facts are plain values of JSON."""
        self._send(Event(name, perf_counter_ns(), facts))

    async def wait_for(self, name: str) -> dict[str, Any]:
        """Wait until the runner tells an event of that name, and return its facts."""
        event = await self.executor.wait(partial(self._inbox.take, name))
        return dict(event.facts)
