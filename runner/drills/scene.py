"""The scene of a drill: one adapter, one server, and the means to open pools between them."""

from __future__ import annotations

import itertools
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from adapters.registry import find
from runner.measure.disturbance import Target
from runner.measure.startup import Startup
from runner.measure.worker_process import Crashed, Hung, WorkerProcess
from runner.server.dsn import ServerError
from runner.worker.protocol import OpenOrder, PlayOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

    from adapters.base import Concurrency
    from runner.plan.contender import Contender
    from runner.server.server import Server
    from runner.supervision.interrupts import Interrupts
    from runner.supervision.watchdog import Watchdog
    from runner.worker.protocol import Event

OPEN_SECONDS = 30.0
PLAY_SECONDS = 15.0
"""Limit for what a drill plays, after which it counts as still waiting."""

CLOSE_SECONDS = 10.0
LEAVE_SECONDS = 5.0
ACQUIRE_SECONDS = 1.0
"""The acquire time-out of a pool, unless a drill says otherwise: long enough to tell it from an
error at once, short enough to wait for."""

ERROR_PAUSE = 0.01
"""Seconds that a client pauses after a failure, as in a run."""

NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Scene:
    """An adapter and a server."""

    contender: Contender
    server: Server
    watchdog: Watchdog
    interrupts: Interrupts
    logs: Path

    @property
    def concurrency(self) -> Concurrency:
        """The kind of clients that the adapter serves."""
        return find(self.contender.adapter).concurrency

    @contextmanager
    def pool(self, size: int = 5, **values: Any) -> Iterator[OpenedPool]:
        """Open a pool of that size in a process of its own, on a table of its own.

        `values` are further ones of its `OpenOrder`. Raises CellError, ServerError, Interrupted.
        """
        key = f"drill{next(NUMBERS):04}"
        name = f"poolbench {key} {self.contender.name}"
        self.server.prepare([key])
        try:
            startup = Startup(python=self.contender.python)
            log, look = self.logs / f"{key}.log", self.server.look
            with WorkerProcess(log, self.watchdog, self.interrupts, startup, look) as worker:
                size = max(size, self.contender.traits.smallest)
                order = replace(
                    self._order(key),
                    dsn=self.server.dsn(key, name),
                    min_size=size,
                    max_size=size,
                    **values,
                )
                worker.open(order, OPEN_SECONDS)
                yield OpenedPool(worker, Target(self.server, name), key, size)
        finally:
            with suppress(
                ServerError
            ):  # one that is gone has nothing of it, and whoever asks says so
                self.server.disconnected(name, LEAVE_SECONDS)
                self.server.discard([key])

    def _order(self, key: str) -> OpenOrder:
        return OpenOrder(
            adapter=self.contender.adapter,
            dsn="",
            min_size=1,
            max_size=1,
            timeout=ACQUIRE_SECONDS,
            profile="equal",
            options=dict(self.contender.options),
            workload="insert",
            clients=1,
            error_pause=ERROR_PAUSE,
            name=key,
            seed=key,
        )


@dataclass(frozen=True)
class OpenedPool:
    """A pool that is open in a process of its own."""

    worker: WorkerProcess
    target: Target
    key: str
    size: int

    def play(
        self,
        function: Callable[..., Coroutine[Any, Any, Any]],
        seconds: float | None = None,
        on_event: Callable[[Event], None] = lambda _event: None,
        **arguments: Any,
    ) -> Any:
        """Run a coroutine over the pool and return its value, plain values of JSON.

        `seconds` is how long it may take; None is `PLAY_SECONDS`.
        Raises Hung where it does not come back, Failed where it raises, Crashed where the process
        ends, Interrupted.
        """
        name = f"{function.__module__}:{function.__qualname__}"
        limit = PLAY_SECONDS if seconds is None else seconds
        return self.worker.play(PlayOrder(name, arguments), limit, on_event)

    def connections(self) -> int | None:
        """Count the connections that the server sees of it."""
        return self.target.server.connections(self.key, self.target.application_name)

    def active(self) -> int | None:
        """Count its connections on which the server works now."""
        return self.target.server.active(self.target.application_name)

    def close(self) -> float:
        """Close the pool and end its process; return the seconds that took.

        Raises Hung where it does not end, Crashed where it ends badly.
        """
        began = perf_counter()
        self.worker.begin_close()
        if not self.worker.end(CLOSE_SECONDS):
            seconds = perf_counter() - began
            ended = seconds < CLOSE_SECONDS
            raise Crashed("it ended badly") if ended else Hung(f"not closed within {seconds:.1f} s")
        return perf_counter() - began
