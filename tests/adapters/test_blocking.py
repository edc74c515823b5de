"""A thread plays a coroutine that never suspends, and refuses one that does."""

from __future__ import annotations

import asyncio
import threading
import traceback
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

import adapters
from adapters import BlockingContext, PoolOptions, SuspendedError, play, step
from adapters.blocking import SUSPENDED
from tests.fakes.slow import Slow, SlowTasks

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Iterator

    from adapters import PoolAdapter


class Suspends:
    """An awaitable that suspends, as a driver for asyncio does when it waits for the network."""

    def __await__(self) -> Generator[None, None, str]:
        yield
        return "an event loop came by"


async def returns(value: object) -> object:
    return value


async def raises(error: Exception) -> None:
    raise error


def test_a_coroutine_that_does_not_suspend_returns_its_value() -> None:
    assert step(returns("value")) == "value"
    assert step(returns(None)) is None


@pytest.mark.parametrize("error", [ValueError("its own"), RuntimeError("its own")])
def test_an_error_of_the_coroutine_comes_through(error: Exception) -> None:
    with pytest.raises(type(error), match="its own") as caught:
        step(raises(error))
    assert caught.value is error


@pytest.mark.parametrize(
    "awaited",
    [
        Suspends,
        lambda: asyncio.sleep(0),
        lambda: asyncio.sleep(1),
    ],
    ids=["a driver", "sleep(0)", "sleep(1)"],
)
def test_a_coroutine_that_suspends_is_told_why_it_may_not(
    awaited: Callable[[], Awaitable[object]],
) -> None:
    async def workload() -> None:
        await awaited()  # the line to blame

    with pytest.raises(SuspendedError) as caught:
        step(workload())
    assert str(caught.value) == SUSPENDED
    assert "the line to blame" in "".join(traceback.format_exception(caught.value))


def test_a_coroutine_cannot_swallow_its_refusal() -> None:
    async def stubborn() -> str:
        try:
            return await Suspends()
        except SuspendedError:
            return "never mind"

    async def more_stubborn() -> str:
        try:
            return await Suspends()
        except SuspendedError:
            return await Suspends()

    for coroutine in stubborn(), more_stubborn():
        with pytest.raises(SuspendedError, match="await only its connection"):
            step(coroutine)


def test_a_refused_coroutine_still_cleans_up() -> None:
    cleaned = []

    async def workload() -> None:
        try:
            with suppress(SuspendedError):
                await Suspends()
            await Suspends()
        finally:
            cleaned.append("up")

    coroutine = workload()
    with pytest.raises(SuspendedError):
        step(coroutine)
    assert cleaned == ["up"], "while somebody still holds it"


def test_a_transaction_in_async_clothes_is_the_drivers_own() -> None:
    seen: list[str] = []

    @contextmanager
    def block(*, swallow: bool) -> Iterator[str]:
        try:
            yield "entered"
            seen.append("left")
        except ZeroDivisionError:
            seen.append("failed")
            if not swallow:
                raise

    async def scenario(*, swallow: bool, fail: bool) -> None:
        async with BlockingContext(block(swallow=swallow)) as entered:
            assert entered == "entered"
            if fail:
                raise ZeroDivisionError

    step(scenario(swallow=False, fail=False))
    step(scenario(swallow=True, fail=True))
    with pytest.raises(ZeroDivisionError):
        step(scenario(swallow=False, fail=True))
    assert seen == ["left", "failed", "failed"]


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
        play(lambda _: raises(ZeroDivisionError()), pool)
    assert Slow.closed[-1] is pool


@pytest.mark.parametrize("name", ["psycopg2", "psycopg2-simple", "asyncpg", "psycopg3"])
def test_a_pool_that_is_not_open_says_so(name: str) -> None:
    pool = adapters.create(name, "postgresql://nobody@127.0.0.1:1/none", PoolOptions())
    with pytest.raises(Exception, match="not open"):
        step(pool.acquire())
