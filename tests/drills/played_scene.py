"""A scene whose pool is open in the test's own process: what a drill says, without a worker."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import adapters
from adapters.base import Concurrency
from adapters.blocking import step
from adapters.registry import pool_options
from runner.measure.disturbance import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from adapters.base import PoolAdapter
    from runner.plan.contender import Contender
    from runner.server.server import Server

NUMBERS = itertools.count(1)


async def fill(pool: PoolAdapter[Any], size: int) -> None:
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

    @property
    def worker(self) -> Any:
        return SimpleNamespace(tell=str)

    def play(
        self,
        function: Callable[..., Coroutine[Any, Any, Any]],
        seconds: float | None = None,
        on_event: Callable[[Any], None] = lambda _event: None,
        **arguments: Any,
    ) -> Any:
        del seconds

        async def tell(name: str) -> None:
            on_event(name)

        async def wait_for(name: str) -> dict[str, Any]:
            del name
            await self.pool.sleep(0.05)  # an event loop sees in it which connections have ended
            return {}

        events = SimpleNamespace(tell=tell, wait_for=wait_for)
        return self.run(function(self.pool, events, **arguments))


@dataclass(frozen=True)
class PlayedScene:
    """An adapter and a database."""

    contender: Contender
    server: Server
    key: str
    timeout: float
    """That of acquiring."""

    @property
    def adapter(self) -> type[PoolAdapter[Any]]:
        return adapters.find(self.contender.adapter)

    @property
    def concurrency(self) -> Concurrency:
        return self.adapter.concurrency

    def options(self) -> dict[str, Any]:
        return {}

    @contextmanager
    def pool(
        self, size: int = 5, profile: str = "equal", options: dict[str, Any] | None = None
    ) -> Iterator[PlayedPool]:
        size = max(size, self.contender.traits.smallest)
        knobs = {"min_size": size, "max_size": size, "timeout": self.timeout}
        chosen = pool_options(options or {}, profile=profile, **knobs)
        name = f"played {next(NUMBERS)}"  # what another one has leaked is none of it
        dsn = self.server.dsn(self.key, name)
        pool = adapters.create(self.contender.adapter, dsn, chosen)
        with asyncio.Runner() as runner:
            tasks = self.concurrency is Concurrency.TASKS
            run: Callable[[Any], Any] = runner.run if tasks else step
            run(pool.open())
            run(fill(pool, size))
            try:
                yield PlayedPool(pool, run, Target(self.server, name), size)
            finally:
                run(pool.close())
