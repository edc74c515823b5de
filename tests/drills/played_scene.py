"""A scene whose pool is open in the test's own process: what a drill says, without a worker."""

from __future__ import annotations

import asyncio
import itertools
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import adapters
from adapters.base import Concurrency
from adapters.blocking import step
from adapters.registry import pool_options
from runner.measure.disturbance import Target
from runner.measure.worker_process import Hung
from runner.server.dsn import uri
from runner.server.network.network import Network
from runner.server.relay import LOOPBACK
from runner.server.route import address
from runner.worker.protocol import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from adapters.base import PoolAdapter
    from runner.plan.contender import Contender
    from runner.server.route import Route
    from runner.server.server import Server
    from runner.supervision.watchdog import Watchdog

NUMBERS = itertools.count(1)


async def filled(pool: PoolAdapter[Any], size: int) -> None:
    """Let a pool connect as often as it may, as a worker does before anything is asked of it."""
    for connection in [await pool.acquire() for _ in range(size)]:
        await pool.release(connection)


@dataclass(frozen=True)
class PlayedPool:
    """An open pool, and the means to run coroutines over it."""

    pool: PoolAdapter[Any]
    run: Callable[[Coroutine[Any, Any, Any]], Any]
    target: Target
    size: int
    key: str
    told: dict[str, Any]
    """The facts of what the worker was told last."""

    @property
    def worker(self) -> Any:
        return SimpleNamespace(tell=self._tell)

    def _tell(self, name: str, **facts: Any) -> None:
        del name
        self.told.clear()
        self.told.update(facts)

    def close(self) -> float:
        return 0.0  # it is closed at the end of its block

    def connections(self) -> int | None:
        return self.target.server.connections(self.key, self.target.application_name)

    def play(
        self,
        function: Callable[..., Coroutine[Any, Any, Any]],
        seconds: float | None = None,
        on_event: Callable[[Any], None] = lambda _event: None,
        **arguments: Any,
    ) -> Any:
        async def tell(name: str) -> None:
            on_event(Event(name, 0, {}))

        async def wait_for(name: str) -> dict[str, Any]:
            del name
            await self.pool.sleep(0.05)  # an event loop sees in it which connections have ended
            return self.told

        events = SimpleNamespace(tell=tell, wait_for=wait_for)
        played = function(self.pool, events, **arguments)
        return self.run(played) if seconds is None else self._within(seconds, played)

    def _within(self, seconds: float, played: Coroutine[Any, Any, Any]) -> Any:
        """Give it up after that time, without an end of it."""

        async def limited() -> Any:
            task = asyncio.ensure_future(played)
            await asyncio.wait([task], timeout=seconds)
            if task.done():
                return task.result()
            raise Hung(f"it took more than {seconds} s")

        if self.pool.concurrency is Concurrency.TASKS:
            return self.run(limited())
        ending = ThreadPoolExecutor(1).submit(self.run, played)
        try:
            return ending.result(seconds)
        except TimeoutError:
            raise Hung(f"it took more than {seconds} s") from None


@dataclass(frozen=True)
class PlayedScene:
    """An adapter and a database."""

    contender: Contender
    server: Server
    key: str
    timeout: float
    """That of acquiring."""
    watchdog: Watchdog | None = None
    """It is needed where a network is."""

    @property
    def adapter(self) -> type[PoolAdapter[Any]]:
        return adapters.find(self.contender.adapter)

    @property
    def concurrency(self) -> Concurrency:
        return self.adapter.concurrency

    def options(self, **more: Any) -> dict[str, Any]:
        return more

    def once(self, happens: Callable[..., Any], *values: object) -> Any:
        return happens(self, *values)

    @contextmanager
    def pool(  # noqa: PLR0913 - those of a scene's
        self,
        size: int = 5,
        profile: str = "equal",
        options: dict[str, Any] | None = None,
        *,
        networked: bool = False,
        route: Route | None = None,
        fill: bool = True,
        **knobs: Any,
    ) -> Iterator[PlayedPool]:
        size = max(size, self.contender.traits.smallest)
        knobs = {"min_size": size, "timeout": self.timeout, **knobs, "max_size": size}
        chosen = pool_options(options or {}, profile=profile, **knobs)
        name = f"played {next(NUMBERS)}"  # what another one has leaked is none of it
        dsn, network = self.server.dsn(self.key, name), None
        with ExitStack() as stack:
            if route:
                dsn = stack.enter_context(route.dsn(dsn))
            if networked:
                assert self.watchdog
                network = stack.enter_context(Network(*address(dsn), self.watchdog))
                dsn = uri(dsn, host=LOOPBACK, port=str(network.port))
            pool = adapters.create(self.contender.adapter, dsn, chosen)
            runner = stack.enter_context(asyncio.Runner())
            tasks = self.concurrency is Concurrency.TASKS
            run: Callable[[Any], Any] = runner.run if tasks else step
            run(pool.open())
            if fill:
                run(filled(pool, size))
            try:
                yield PlayedPool(pool, run, Target(self.server, name, network), size, self.key, {})
            finally:
                run(pool.close())
