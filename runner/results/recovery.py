"""The recovery of a pool from a fault, read from its time line.

The time line counts tenths of a second, so that every time here is known to one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from statistics import fmean
from typing import TYPE_CHECKING

from runner.times import SLOT

if TYPE_CHECKING:
    from collections.abc import Sequence

RECOVERED = 0.8
"""The part of the rate before the fault at which a pool counts as recovered."""

FULL = 0.95
"""The part of the connections that were held at once before at which a pool has its capacity back:
one of five that never comes back is more than that, and the noise of tenths of a second is not."""

STEADY = 3
"""The slots whose mean is held against the rate before: a single one varies too much."""


@dataclass(frozen=True)
class Recovery:
    """What a fault has cost. Times in seconds; None for what did not happen."""

    unavailable: float
    """The time without a success, from the beginning of the fault on: of stretches that are longer
    than each before the fault, since a slow pool has slots without one at any time."""
    failures: int
    """Failures from the beginning of the fault on."""
    first_success: float | None
    """From the mending to the first success."""
    recovered: float | None
    """From the mending to `RECOVERED` of the rate before."""
    serves: bool
    """There were successes in the last second."""
    full: float | None = None
    """From the mending until clients held about as many connections at once as before."""


def recovery(
    operations: Sequence[int],
    failures: Sequence[int],
    broken: float,
    mended: float,
    holding: Sequence[float] = (),
) -> Recovery:
    """Compute the recovery from the successes and failures of each slot.

    `broken` and `mended` are seconds from the beginning of the time line; `holding` is the mean
    number of connections that successful operations held in each slot. Raises ValueError where
    nothing was done before the fault.
    """
    first, back = int(broken / SLOT), int(mended / SLOT)
    before = fmean(operations[:first]) if first else 0.0
    if not before:
        raise ValueError("nothing was done before the fault")
    after = [slot for slot in range(back, len(operations)) if operations[slot]]
    return Recovery(
        unavailable=SLOT * _unavailable(operations, first),
        failures=sum(failures[first:]),
        first_success=_since(after[0], mended) if after else None,
        recovered=_reached(operations, back, mended, RECOVERED * before),
        serves=any(operations[-round(1 / SLOT) :]),
        full=_reached(holding, back, mended, FULL * fmean(holding[:first])) if holding else None,
    )


def _unavailable(operations: Sequence[int], first: int) -> int:
    """Count the slots without a success from the first on that are not usual."""
    usual = max(_empty_stretches(operations[:first]), default=0)
    return sum(it for it in _empty_stretches(operations[first:]) if it > usual)


def _empty_stretches(operations: Sequence[int]) -> list[int]:
    """Return the lengths of the stretches of slots without a success."""
    return [len(list(slots)) for empty, slots in groupby(operations, lambda it: not it) if empty]


def _reached(values: Sequence[float], back: int, mended: float, least: float) -> float | None:
    """Find the first slots whose mean is that or more."""
    for slot in range(back, len(values) - STEADY + 1):
        if fmean(values[slot : slot + STEADY]) >= least:
            return _since(slot, mended)
    return None


def _since(slot: int, moment: float) -> float:
    return max(0.0, slot * SLOT - moment)
