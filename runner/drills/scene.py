"""The scene of a drill: one adapter, one server, and the means to open pools between them."""

from __future__ import annotations

import itertools
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from adapters.registry import AdapterClass, find
from runner.measure.disturbance import Target
from runner.measure.startup import Startup
from runner.measure.worker_process import CellError, Crashed, Failed, Hung, WorkerProcess
from runner.server.dsn import ServerError, uri
from runner.server.network.network import Network
from runner.server.relay import LOOPBACK
from runner.server.route import address
from runner.worker.protocol import OpenOrder, PlayOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

    from adapters.base import Concurrency
    from runner.plan.contender import Contender
    from runner.server.route import Route
    from runner.server.server import Server
    from runner.supervision.interrupts import Interrupts
    from runner.supervision.watchdog import Watchdog
    from runner.worker.protocol import Event, TurnOrder, TurnRecord

T = TypeVar("T")

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
    _events: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def once(self, happens: Callable[..., T], *values: object) -> T:
        """Let something happen to the adapter, and return the same for every case that looks at it.

        It is called with the scene and the values. Raises the CellError that it raised, again.
        """
        key = (happens, *values)
        if key not in self._events:
            try:
                self._events[key] = happens(self, *values)
            except CellError as error:
                self._events[key] = error
        if isinstance(outcome := self._events[key], CellError):
            raise outcome
        known: T = outcome
        return known

    @property
    def adapter(self) -> AdapterClass:
        """The adapter's class, whose data say what it is. Raises AdapterError."""
        return find(self.contender.adapter)

    @property
    def concurrency(self) -> Concurrency:
        """The kind of clients that the adapter serves."""
        return self.adapter.concurrency

    def options(self, **more: Any) -> dict[str, Any]:
        """Add options to those of the contender."""
        return {**self.contender.options, **more}

    @contextmanager
    def pool(
        self,
        size: int = 5,
        *,
        networked: bool = False,
        route: Route | None = None,
        **values: Any,
    ) -> Iterator[OpenedPool]:
        """Open a pool in a process of its own; see `planned`. Raises CellError too."""
        with self.planned(size, networked=networked, route=route, **values) as planned:
            startup = Startup(python=self.contender.python)
            log, look = self.logs / f"{planned.order.name}.log", self.server.look
            with WorkerProcess(log, self.watchdog, self.interrupts, startup, look) as worker:
                worker.open(planned.order, OPEN_SECONDS)
                yield OpenedPool(planned.order, planned.target, worker)

    @contextmanager
    def planned(
        self,
        size: int = 5,
        *,
        networked: bool = False,
        route: Route | None = None,
        **values: Any,
    ) -> Iterator[PlannedPool]:
        """Plan a pool of that size: with a table of its own, and the way to it.

        Its connections take the route, or go through a network of its own where it is `networked`.
        `values` are further ones of its `OpenOrder`. Raises ServerError, Interrupted.
        """
        key = f"drill{next(NUMBERS):04}"
        name = f"poolbench {key} {self.contender.name}"
        self.server.prepare([key])
        try:
            with ExitStack() as stack:
                dsn, network = self.server.dsn(key, name), None
                if route is not None:
                    dsn = stack.enter_context(route.dsn(dsn))
                if networked:
                    network = stack.enter_context(Network(*address(dsn), self.watchdog))
                    dsn = uri(dsn, host=LOOPBACK, port=str(network.port))
                size = max(size, self.contender.traits.smallest)
                sizes = {"dsn": dsn, "min_size": size, "max_size": size}
                order = replace(self._order(key), **{**sizes, **values})
                yield PlannedPool(order, Target(self.server, name, network))
        finally:
            with suppress(ServerError):  # of one that is gone nothing is left, and others say so
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
class PlannedPool:
    """A pool that is to be opened before the server."""

    order: OpenOrder
    target: Target

    @property
    def size(self) -> int:
        """The most connections of the pool."""
        return self.order.max_size

    def connections(self) -> int | None:
        """Count the connections that the server sees of it."""
        return self.target.server.connections(self.order.name, self.target.application_name)

    def active(self) -> int | None:
        """Count its connections on which the server works now."""
        return self.target.server.active(self.target.application_name)


@dataclass(frozen=True)
class OpenedPool(PlannedPool):
    """A pool that is open in a process of its own."""

    worker: WorkerProcess

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

    def turn(self, order: TurnOrder, seconds: float) -> TurnRecord:
        """Let clients take a turn, which answers within that time.

        Raises Failed for a bug that they met, Hung, Crashed, Interrupted.
        """
        record = self.worker.turn(order, seconds)
        if record.bug:
            raise Failed(record.bug.strip().splitlines()[-1])
        return record

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
