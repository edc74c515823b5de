"""The execution of clients: threads of their own, or tasks of one event loop in a thread."""

from __future__ import annotations

import asyncio
import os
import threading
import traceback
from time import perf_counter_ns, sleep
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from adapters.base import Concurrency
from adapters.blocking import step
from runner.times import SECOND
from runner.worker.timer import timer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from adapters.base import PoolAdapter
    from runner.worker.timer import Alarm, LoopTimers

T = TypeVar("T")


class Executor(Protocol):
    """Runs coroutines in the way that one pool needs."""

    def run(self, function: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run one coroutine to its end and return its value; raises its error."""

    def start(self, functions: Iterable[Callable[[], Coroutine[Any, Any, None]]]) -> None:
        """Start a client for each coroutine, without waiting for them."""

    async def wait(self, blocking: Callable[[], T]) -> T:
        """Wait in a coroutine for a function that blocks; a loop serves its other tasks."""

    async def until(self, moment: int) -> None:
        """Wait in a client until a moment of `perf_counter_ns`, and no less."""

    @property
    def has_loop(self) -> bool:
        """Tell whether there is an event loop, which can be late."""

    def call_soon(self, function: Callable[[], None]) -> None:
        """Call the function in the event loop, as soon as the loop comes to it."""


class Threads:
    """A thread a client. They are daemons: a thread inside a driver cannot be interrupted."""

    has_loop = False

    def run(self, function: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run it in the calling thread."""
        return step(function())

    def start(self, functions: Iterable[Callable[[], Coroutine[Any, Any, None]]]) -> None:
        """Start a thread for each; they begin together, as tasks do.

        One that works already would take the interpreter from the one that starts the others.
        """
        all_started = threading.Event()

        def begin(function: Callable[[], Coroutine[Any, Any, None]]) -> None:
            all_started.wait()
            step(function())

        try:
            for function in functions:
                threading.Thread(target=begin, args=(function,), daemon=True).start()
        finally:
            all_started.set()

    async def wait(self, blocking: Callable[[], T]) -> T:
        """Block the calling thread."""
        return blocking()

    async def until(self, moment: int) -> None:
        """Let the calling thread sleep; see `timer.no_slack`."""
        while (left := moment - perf_counter_ns()) > 0:
            sleep(left / SECOND)

    def call_soon(self, function: Callable[[], None]) -> None:
        """Call nothing: there is no loop."""


class Tasks:
    """A task a client, all in one event loop, which has a thread of its own."""

    has_loop = True

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the thread of the loop."""
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: Alarm | LoopTimers | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        """Run the loop, without which the process serves nothing and has to end."""
        try:
            self._loop.run_forever()
        except BaseException:  # noqa: BLE001 - what a task of the pool's own ends a program with
            traceback.print_exc()
        os._exit(1)

    def run(self, function: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run it in the loop, and wait for it in the calling thread."""
        return asyncio.run_coroutine_threadsafe(_outcome(function()), self._loop).result()()

    def start(self, functions: Iterable[Callable[[], Coroutine[Any, Any, None]]]) -> None:
        """Make a task of each, in one step of the loop."""
        self._loop.call_soon_threadsafe(self._spawn, list(functions))

    async def wait(self, blocking: Callable[[], T]) -> T:
        """Block a thread beside the loop."""
        return await asyncio.to_thread(blocking)

    async def until(self, moment: int) -> None:
        """Let the calling task sleep; the loop gets its timer with the first one that does."""
        self._timer = self._timer or timer_of(self._loop)
        await self._timer.until(moment)

    def call_soon(self, function: Callable[[], None]) -> None:
        """Call it from outside of the loop, so that a blocked loop is seen."""
        self._loop.call_soon_threadsafe(function)

    def _spawn(self, functions: list[Callable[[], Coroutine[Any, Any, None]]]) -> None:
        for function in functions:
            task = self._loop.create_task(function())
            self._tasks.add(task)  # the loop itself holds a task only weakly
            task.add_done_callback(self._tasks.discard)


async def _outcome(coroutine: Coroutine[Any, Any, T]) -> Callable[[], T]:
    """Await it, and make a function that gives its value, or raises what would end the loop."""
    try:
        value = await coroutine
    except (SystemExit, KeyboardInterrupt) as error:
        ending = error

        def leave() -> T:
            raise ending

        return leave
    return lambda: value


def executor_for(pool: PoolAdapter[Any]) -> Executor:
    """Make the executor that the pool needs."""
    if pool.concurrency is Concurrency.THREADS:
        return Threads()
    return Tasks((pool.loop_factory() or asyncio.new_event_loop)())
