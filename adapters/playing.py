"""The playing of coroutines as a pool needs it: in plain threads or in an event loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from adapters.base import Concurrency, PoolAdapter
from adapters.blocking import step

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


async def together(pool: PoolAdapter[Any], *clients: Coroutine[Any, Any, Any]) -> list[Any]:
    """Play several clients at once, as the pool needs it; raises the first error, at the end."""
    if pool.concurrency is Concurrency.TASKS:
        answers = await asyncio.gather(*clients, return_exceptions=True)
        for error in answers:
            if isinstance(error, BaseException):
                raise error
        return answers
    with ThreadPoolExecutor(len(clients)) as threads:
        return list(threads.map(step, clients))


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
