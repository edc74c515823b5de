"""A coroutine is played over an open pool, in a thread or in an event loop as the pool needs it."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

from adapters import PoolOptions, play
from tests.fakes.slow import Slow, SlowTasks

if TYPE_CHECKING:
    from adapters import PoolAdapter


async def fails(_pool: PoolAdapter[Any]) -> None:
    raise ZeroDivisionError


def test_a_blocking_pool_is_played_in_the_calling_thread() -> None:
    async def where(pool: PoolAdapter[Any]) -> str:
        await pool.sleep(0)
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        return threading.current_thread().name

    pool = Slow("dsn", PoolOptions())
    assert play(where, pool) == threading.current_thread().name
    assert Slow.closed[-1] is Slow.opened[-1] is pool


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_an_asyncio_pool_is_played_in_the_loop_that_it_asks_for(loop: str) -> None:
    async def which(pool: PoolAdapter[Any]) -> str:
        await pool.sleep(0.001)
        return type(asyncio.get_running_loop()).__module__

    assert play(which, SlowTasks("dsn", PoolOptions(loop=loop))).partition(".")[0] == loop


def test_a_pool_is_closed_after_an_error_too() -> None:
    pool = Slow("dsn", PoolOptions())
    with pytest.raises(ZeroDivisionError):
        play(fails, pool)
    assert Slow.closed[-1] is pool


def test_a_pool_that_cannot_open_is_not_played() -> None:
    async def never(_pool: PoolAdapter[Any]) -> None:
        pytest.fail("it was played")

    Slow.failures.append(ConnectionRefusedError("no server listens"))
    with pytest.raises(ConnectionRefusedError, match="no server listens"):
        play(never, Slow("dsn", PoolOptions()))
