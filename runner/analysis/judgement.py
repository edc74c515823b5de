"""The verdicts: neither chance, over all that a plan compares, nor too small to matter."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.analysis.quiet_pace import LEAST_NEAR
from runner.analysis.verdict import COMPARED, Verdict, difference
from runner.messages import message

if TYPE_CHECKING:
    from runner.analysis.report import Compared
    from runner.messages import Message


def judged(line: Compared, margin: float) -> Compared:
    """Return a line that has an interval with its verdict, and the reason where there is none."""
    verdict = _verdict(line, margin, line.ratio, line.low, line.high)
    if reason := _doubt(line, margin, verdict):
        return replace(line, verdict=Verdict.UNDECIDED, reason=reason)
    return replace(line, verdict=verdict)


def _doubt(line: Compared, margin: float, verdict: Verdict) -> Message | None:
    """Say why a quiet pace decides nothing (METHOD 5)."""
    if line.near is not None and line.near < LEAST_NEAR:
        return message("undecided.near", near=line.near, least=LEAST_NEAR)
    if line.disturbance is None:
        return None
    by_mean = _verdict(line, margin, line.mean_ratio, line.mean_low, line.mean_high)
    if by_mean is verdict:
        return None
    return message(
        "undecided.mean",
        disturbance=line.disturbance,
        by_pace=verdict.value,
        by_mean=by_mean.value,
    )


def _verdict(
    line: Compared, margin: float, ratio: float | None, low: float | None, high: float | None
) -> Verdict:
    """Call a ratio by its name where its interval excludes 1 and it is beyond the margin."""
    if ratio is None or not excludes_one(low, high):
        return Verdict.NO_DIFFERENCE
    if abs(math.log(ratio)) <= math.log1p(margin):
        return Verdict.TOO_SMALL
    return difference(COMPARED[line.metric], ratio)


def excludes_one(low: float | None, high: float | None) -> bool:
    """Tell an interval that leaves no room for equality."""
    return low is not None and high is not None and not low <= 1 <= high


def beyond(line: Compared, margin: float) -> bool:
    """Tell a difference that is neither chance nor too small to matter (METHOD 6)."""
    word = _verdict(line, margin, line.ratio, line.low, line.high)
    return word.better or word.worse
