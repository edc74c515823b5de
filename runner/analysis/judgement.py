"""The verdicts: neither chance, over all that a plan compares, nor too small to matter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.analysis.verdict import COMPARED, Verdict, conclusion
from runner.messages import message

if TYPE_CHECKING:
    from runner.analysis.report import Compared
    from runner.messages import Message


def judged(line: Compared, margin: float) -> Compared:
    """Return a line with its verdict, or with the reason why it has none.

    A line without an interval stays as it is.
    """
    verdict = verdict_of(line, margin)
    if verdict is None:
        return line
    reason = _doubt(line, margin)
    return replace(line, verdict=Verdict.UNDECIDED if reason else verdict, reason=reason)


def verdict_of(line: Compared, margin: float) -> Verdict | None:
    """Conclude from the interval of a line alone; None where there is none."""
    return _concluded(line.metric, line.ratio, line.low, line.high, margin)


def _doubt(line: Compared, margin: float) -> Message | None:
    """Say that two estimators contradict each other by more than chance (METHOD 5)."""
    by_midmean = verdict_of(line, margin)
    by_mean = _concluded(line.metric, line.mean_ratio, line.mean_low, line.mean_high, margin)
    if line.disturbance is None or by_midmean is None or by_mean is None:
        return None
    if by_mean is by_midmean:
        return None
    return message(
        "undecided.mean",
        disturbance=line.disturbance,
        by_midmean=by_midmean.value,
        by_mean=by_mean.value,
    )


def _concluded(
    metric: str, ratio: float | None, low: float | None, high: float | None, margin: float
) -> Verdict | None:
    if ratio is None or low is None or high is None:
        return None
    return conclusion(COMPARED[metric], ratio, low, high, margin)
