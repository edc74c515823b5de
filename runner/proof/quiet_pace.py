"""The quiet pace, which the midmean took the place of: kept to hold the two against each other.

The mean logarithm of the fastest turns of all rounds, from the 67th to the 98th percentile: a
neighbour can only slow a turn down. On a machine that has two paces itself, fewer turns than that
may be fast, and a pool with two paces of its own is judged by the fast one alone.
"""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING

from runner.analysis.intervals import jackknife
from runner.analysis.quantile_band import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.analysis.intervals import Interval
    from runner.analysis.midmean import Round


def quiet_pace(rounds: Sequence[Round], confidence: float) -> Interval | None:
    """Return the logarithm of the ratio of two quiet paces; None below two rounds with turns."""
    if len(rounds) < 2:  # noqa: PLR2004 - the fewest that show how much they differ
        return None
    whole = _ratio(rounds)
    without = [_ratio([*rounds[:index], *rounds[index + 1 :]]) for index in range(len(rounds))]
    finite = all(map(math.isfinite, (whole, *without)))
    return jackknife(whole, without, confidence) if finite else None


def _ratio(rounds: Sequence[Round]) -> float:
    sides = zip(*([it.contender, *it.others] for it in rounds), strict=True)
    own, *others = (QUIET.mean([log for logs in side for log in logs.values()]) for side in sides)
    return own - fmean(others)
