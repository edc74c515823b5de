"""Where the clients of a cell live: threads of their own, or tasks of one loop in a thread."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, Protocol

from adapters.base import Concurrency
from adapters.blocking import step

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from adapters.base import PoolAdapter

    Score = Callable[[], Coroutine[Any, Any, None]]


class Stage(Protocol):
    """Plays coroutines the way that one pool needs it."""

    def play(self, score: Score) -> None:
        """Play one coroutine to its end; raises what it raises."""

    def start(self, scores: Iterable[Score]) -> None:
        """Start a client for each, and return without waiting for them."""

    @property
    def answers(self) -> bool:
        """Whether there is an event loop, which can be late."""

    def ask(self, answer: Callable[[], None]) -> None:
        """Have the event loop call `answer` as soon as it comes to it."""


class Threads:
    """A thread a client. They are daemons: a thread inside a driver cannot be interrupted."""

    answers = False

    def ask(self, answer: Callable[[], None]) -> None:
        """Ask nobody."""

    def play(self, score: Score) -> None:
        """Play it in the calling thread."""
        step(score())

    def start(self, scores: Iterable[Score]) -> None:
        """Start a thread for each."""
        for score in scores:
            threading.Thread(target=lambda score=score: step(score()), daemon=True).start()


class Tasks:
    """A task a client, all in one event loop, which has a thread of its own."""

    answers = True

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()
        threading.Thread(target=loop.run_forever, daemon=True).start()

    def play(self, score: Score) -> None:
        """Play it in the loop, and wait for it in the calling thread."""
        asyncio.run_coroutine_threadsafe(score(), self._loop).result()

    def start(self, scores: Iterable[Score]) -> None:
        """Make a task of each, in one step of the loop."""
        self._loop.call_soon_threadsafe(self._spawn, list(scores))

    def ask(self, answer: Callable[[], None]) -> None:
        """Ask from outside of the loop."""
        self._loop.call_soon_threadsafe(answer)

    def _spawn(self, scores: list[Score]) -> None:
        for score in scores:
            task = self._loop.create_task(score())
            self._tasks.add(task)  # the loop itself holds a task only weakly
            task.add_done_callback(self._tasks.discard)


def stage_for(pool: PoolAdapter[Any]) -> Stage:
    """Return the stage that the pool needs."""
    if pool.concurrency is Concurrency.THREADS:
        return Threads()
    return Tasks((pool.loop_factory() or asyncio.new_event_loop)())
