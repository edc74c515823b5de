"""A thread plays a coroutine that never suspends, and refuses one that does."""

from __future__ import annotations

import asyncio
import traceback
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from adapters import BlockingContext, SuspendedError, step
from adapters.blocking import SUSPENDED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Iterator


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


class Answers:
    """An awaitable that is no coroutine, as a driver's own may be."""

    def __await__(self) -> Generator[None, None, str]:
        return returns("value").__await__()  # type: ignore[return-value]


def test_what_is_no_coroutine_but_can_be_awaited_returns_its_value_too() -> None:
    assert step(Answers()) == "value"


def test_what_is_no_coroutine_and_suspends_is_told_why_it_may_not() -> None:
    with pytest.raises(SuspendedError):
        step(Suspends())


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
