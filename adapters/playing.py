"""The playing of one coroutine as a pool needs it: in a plain thread or in an event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from adapters.base import Concurrency, PoolAdapter
from adapters.blocking import step

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


def play(
    coroutine_function: Callable[[PoolAdapter[Any]], Coroutine[Any, Any, T]],
    pool: PoolAdapter[Any],
) -> T:
    """Open the pool, run `coroutine_function(pool)`, close the pool, return the value."""

    async def opened() -> T:
        await pool.open()
        try:
            return await coroutine_function(pool)
        finally:
            await pool.close()

    if pool.concurrency is Concurrency.THREADS:
        return step(opened())
    with asyncio.Runner(loop_factory=pool.loop_factory()) as runner:
        return runner.run(opened())
