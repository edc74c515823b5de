"""Several values of an axis in one phrase: `10, 20 and 50 clients`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.axes import AXES
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from runner.axes import PoolSize
    from runner.messages import Message
    from runner.rate import Rate


def several_values(axis: str, values: Sequence[Any]) -> Message:
    """Write values that share their noun with it once, others phrase by phrase."""
    if len(values) > 1 and axis in WITH_ONE_NOUN and (words := WITH_ONE_NOUN[axis](values)):
        return words
    phrases = dict.fromkeys(phrase(axis, value) for value in values)
    return message("several.phrases", phrases=list(phrases))


def phrase(axis: str, value: Any) -> Message:
    """Write the value of an axis; `no pool` where no contender has one."""
    if value is None and axis == "pool_size":
        return message("axis.no_pool")
    return AXES[axis].phrase(value)


def _clients(counts: Sequence[int]) -> Message:
    return message("several.clients", counts=counts)


def _processes(counts: Sequence[int]) -> Message:
    return message("several.processes", counts=counts)


def _sizes(sizes: Sequence[PoolSize | None]) -> Message | None:
    counts = [it.most for it in sizes if it and it.least == it.most]
    return message("several.sizes", counts=counts) if len(counts) == len(sizes) else None


def _rates(rates: Sequence[Rate | None]) -> Message | None:
    numbers = [it.number for it in rates if it and not it.is_share]
    if len(numbers) < len(rates):
        return None
    return message("several.rates", rates=[message("several.number", it=it) for it in numbers])


def _releases(leaks: Sequence[float]) -> Message:
    return message("several.releases", shares=list(map(_released, leaks)))


def _released(leak: float) -> Message:
    if leak == 0:
        return message("several.always")
    return message("several.never") if leak == 1 else message("several.mostly", share=1 - leak)


WITH_ONE_NOUN: Mapping[str, Callable[[Sequence[Any]], Message | None]] = {
    "clients": _clients,
    "processes": _processes,
    "pool_size": _sizes,
    "rate": _rates,
    "leak": _releases,
}
"""Axis -> the phrase of several values; None where these do not share a noun."""
