"""The search for the highest rate that is kept: steps up or down, then bisection. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_STEP, NEXT_STEP = 1.4, 1.1
"""The factor between two rates: where nothing is known yet, and near a rate that was found."""
FASTER = 1.5
"""The power by which the next step is larger, as long as the search goes on one way."""
CLOSE = 1.05
"""The factor between the ends of a bracket at which the search is over."""
LEAST_PER_S, MOST_PER_S = 1.0, 200_000.0
"""A rate below the one is none; one above the other is more than a client program can do."""


class Bracket(NamedTuple):
    """The highest rate that was kept, and the lowest above it that was not, in operations/s."""

    low: float
    high: float


def search(keeps: Callable[[float], bool], start: float, step: float) -> Bracket | None:
    """Search from a rate on, upwards while it is kept, else downwards; None where none is kept."""
    low, high = _enclosed(keeps, start, step)
    if not low:
        return None
    while high > low * CLOSE:
        middle = math.sqrt(low * high)
        low, high = (middle, high) if keeps(middle) else (low, middle)
    return Bracket(low, high)


def _enclosed(keeps: Callable[[float], bool], start: float, step: float) -> tuple[float, float]:
    """Find a rate that is kept, 0 if there is none, and one a step above it that is not."""
    rate, way = start, 1 if keeps(start) else -1
    while LEAST_PER_S <= rate * step**way < MOST_PER_S:
        before, rate = rate, rate * step**way
        if keeps(rate) != (way > 0):
            return min(before, rate), max(before, rate)
        step **= FASTER
    return (rate, rate * step) if way > 0 else (0.0, rate)
