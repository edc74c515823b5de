"""The ticks of a logarithmic scale of ratios. Pure."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def ticks(span: tuple[float, float], room: float) -> list[float]:
    """Return the ticks of a scale: as many round ratios as have room, 1 among them.

    `room` is the share of the whole scale that a tick takes.
    """
    low, high = span
    for places in _rounder(low, high):
        steps = (math.log(after / before) for before, after in pairwise(places))
        if min(steps, default=math.inf) >= room * math.log(high / low):
            return places
    return [1.0]


def _rounder(low: float, high: float) -> Iterator[list[float]]:
    """Yield ticks inside a scale, ever fewer and rounder."""
    for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5):
        if high - low < 100 * step:
            last, first = math.floor(high / step), math.ceil(low / step)
            yield [round(step * place, 2) for place in range(first, last + 1)]
    least, most = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for steps in ((1, 2, 5), (1, 3), (1,)):
        yield _inside(low, high, (s * 10.0**d for d in range(least, most + 1) for s in steps))
    for every in range(2, most - least):
        decades = (10.0**decade for decade in range(least, most + 1) if decade % every == 0)
        yield _inside(low, high, decades)


def _inside(low: float, high: float, places: Iterable[float]) -> list[float]:
    return [float(f"{place:g}") for place in places if low <= place <= high]
