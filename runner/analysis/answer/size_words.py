"""The parts of the sentences of rule 9: what a size does, alone and against the best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.sizes import Enough
from runner.messages import message
from runner.metrics import MILLISECONDS, SPEED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analysis.report import Compared
    from runner.analysis.sizes import Size, Sizes
    from runner.messages import Message


def figures(sizes: Sizes, size: Size) -> Iterator[Message]:
    """Yield a size against the best, and its p99 where there is a limit."""
    if sizes.metric:
        yield _beside_the_best(sizes, size)
    if sizes.longest_p99 is not None and size.tail:
        yield _limited(size, sizes.longest_p99)


def _beside_the_best(sizes: Sizes, size: Size) -> Message:
    """Hold a size against the best one."""
    best = sizes.best
    line = best and best is not size and sizes.against(size, best)
    if not best or not line:
        return message("size.best")
    return held_against(line, best)


def held_against(line: Compared, best: Size) -> Message:
    """Write the ratio of a size to the best one."""
    if line.metric == SPEED.column:
        return message("size.speed_of", span=line.span, best=best.number)
    return message("size.p99_of", span=line.span, best=best.number)


def beyond_the_best(sizes: Sizes) -> tuple[Size, Message] | None:
    """Return the largest size above the best that is worse by a verdict, with its ratio."""
    best, worse = sizes.best, None
    for size in sizes.possible:
        line = best and size.number > best.number and sizes.against(size, best)
        if best and line and line.verdict.worse:
            worse = size, held_against(line, best)
    return worse


def _beside(line: Compared, other: Size) -> Message:
    """Write the ratio of a size to another one that is not the best."""
    if line.metric == SPEED.column:
        return message("size.speed_beside", span=line.span, other=other.number)
    return message("size.p99_beside", span=line.span, other=other.number)


def lack(sizes: Sizes, size: Size) -> Message:
    """Say what a size lacks that is not enough."""
    if size.flaw:
        return size.flaw
    longest = sizes.longest_p99
    if longest is not None and size.keeps(longest) is Enough.NO:
        return _limited(size, longest)
    better = sizes.better(size)
    line = better and better is not sizes.best and sizes.against(size, better)
    return _beside(line, better) if better and line else _beside_the_best(sizes, size)


def _limited(size: Size, longest: float) -> Message:
    return message("size.limit", tail=tail(size), longest=longest * MILLISECONDS)


def tail(size: Size) -> Message | None:
    """Write the p99 of a size with its interval."""
    it = size.tail
    return message("size.p99", mean=it.mean, low=it.low, high=it.high) if it else None


def busy(size: Size) -> Iterator[Message]:
    """Yield the connections of a size that are busy on average, where that is known."""
    if size.busy:
        yield message(
            "size.busy", rate=size.per_second, held=size.held_ms, busy=size.busy, size=size.number
        )


def demand(size: Size) -> Iterator[Message]:
    """Yield how many connections the arrivals keep busy, where that is more than there are."""
    if size.asked > size.number * size.processes:
        yield message(
            "size.demand", rate=size.arriving, held=size.held_ms, busy=size.asked, size=size.number
        )
