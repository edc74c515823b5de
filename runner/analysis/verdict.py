"""The metrics that are compared with the baseline, and the verdicts on them."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING

from runner import metrics
from runner.metrics import Better, Sense

if TYPE_CHECKING:
    from runner.metrics import Metric

MARGIN = 0.03
"""Differences below this are none in practice."""


class Verdict(StrEnum):
    """The possible conclusions on an adapter against the baseline."""

    FASTER = "faster"
    SLOWER = "slower"
    SHORTER = "shorter"
    LONGER = "longer"
    CHEAPER = "cheaper"
    DEARER = "dearer"
    TOO_SMALL = "too small to matter"
    """Beyond chance, but within the margin."""
    NO_DIFFERENCE = "no difference shown"
    UNDECIDED = "undecided"
    """There is an interval, and a reason not to believe it."""
    BASELINE = "baseline"
    CONTROL = "control"
    NOT_COMPARED = "not compared"

    @property
    def better(self) -> bool:
        """The adapter does better than the baseline."""
        return self in {Verdict.FASTER, Verdict.SHORTER, Verdict.CHEAPER}

    @property
    def worse(self) -> bool:
        """The adapter does worse than the baseline."""
        return self in {Verdict.SLOWER, Verdict.LONGER, Verdict.DEARER}


WORDS = {
    Sense.SPEED: (Verdict.FASTER, Verdict.SLOWER),
    Sense.TIME: (Verdict.SHORTER, Verdict.LONGER),
    Sense.COST: (Verdict.CHEAPER, Verdict.DEARER),
}
"""The verdicts on what is better than the baseline, and on what is worse."""

COMPARED = {
    metric.column: metric
    for metric in (
        metrics.SPEED,
        metrics.TOTAL_MEAN,
        metrics.TOTAL_P50,
        metrics.TOTAL_P99,
        metrics.WAIT_P99,
        metrics.CPU_SPEED,
    )
}
"""The metrics that are compared with the baseline, by column."""


def ends(metric: Metric) -> tuple[Verdict, Verdict]:
    """Return the verdicts on a ratio below 1 and on one above.

    Raises KeyError for a metric that is only counted.
    """
    better, worse = WORDS[metric.sense]
    return (worse, better) if metric.better is Better.HIGHER else (better, worse)


def difference(metric: Metric, ratio: float) -> Verdict:
    """Name a difference that is shown. Raises KeyError for a metric that is only counted."""
    below, above = ends(metric)
    return above if ratio > 1 else below


def conclusion(metric: Metric, ratio: float, low: float, high: float, margin: float) -> Verdict:
    """Name a ratio where its interval excludes 1 and it is beyond the margin (METHOD 6).

    `margin` is a share: 0.03 is 3 %, to both sides of 1 on the logarithm.
    """
    if low <= 1 <= high:
        return Verdict.NO_DIFFERENCE
    if abs(math.log(ratio)) <= math.log1p(margin):
        return Verdict.TOO_SMALL
    return difference(metric, ratio)
