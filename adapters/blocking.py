"""Stepping in a thread: a coroutine that never suspends runs to its end without an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from types import TracebackType

T = TypeVar("T")

SUSPENDED = (
    "a coroutine under a blocking adapter awaited something that is not the adapter's; "
    "await only its connection, its transaction and pool.sleep()"
)


NO_LOOP = "no running event loop"
"""The message of asyncio where something of its own is awaited outside a loop."""


class SuspendedError(RuntimeError):
    """A coroutine that runs in a plain thread awaited what only an event loop can finish."""


def step(awaitable: Awaitable[T]) -> T:
    """Run a coroutine, or what else can be awaited, to its end in this thread; return its value.

    Raises SuspendedError, with the line that awaited in its traceback, if it suspends or asks
    for an event loop.
    """
    steps = awaitable.__await__()
    try:
        next(steps)
    except StopIteration as finished:
        value: T = finished.value
        return value
    except RuntimeError as error:
        if str(error) == NO_LOOP:
            raise SuspendedError(SUSPENDED) from error
        raise
    try:
        steps.throw(SuspendedError(SUSPENDED))
    except StopIteration:
        pass
    finally:
        steps.close()
    raise SuspendedError(SUSPENDED)


class BlockingContext:
    """An ordinary context manager as an async one, for transactions of blocking drivers."""

    def __init__(self, context: Any) -> None:
        self._context = context

    async def __aenter__(self) -> object:
        return self._context.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        answer: bool | None = self._context.__exit__(kind, error, traceback)
        return answer
