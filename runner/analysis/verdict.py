"""The metrics that are compared with the baseline, and the verdicts on them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from runner import metrics
from runner.metrics import Sense

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
    NO_DIFFERENCE = "no difference shown"
    TOO_SMALL = "too small to matter"
    """Beyond chance, but within the margin."""
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
    Sense.SPEED: (Verdict.SLOWER, Verdict.FASTER),
    Sense.TIME: (Verdict.SHORTER, Verdict.LONGER),
    Sense.COST: (Verdict.CHEAPER, Verdict.DEARER),
}
"""The verdicts on a ratio below 1 and on one above."""

COMPARED = {
    metric.column: metric
    for metric in (
        metrics.SPEED,
        metrics.TOTAL_MEAN,
        metrics.TOTAL_P99,
        metrics.WAIT_P99,
        metrics.COST,
    )
}
"""The metrics that are compared with the baseline, by column."""


def difference(metric: Metric, ratio: float) -> Verdict:
    """Name a difference that is shown. Raises KeyError for a metric that is only counted."""
    below, above = WORDS[metric.sense]
    return above if ratio > 1 else below
