"""Rule 3: whose tail is worse although its median or its throughput is better."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from runner.analysis.answer.words import by_adapter, by_baseline, entry, span
from runner.analysis.intervals import interval
from runner.analysis.midmean import FEWEST_ROUNDS
from runner.messages import message
from runner.metrics import SPEED, TOTAL_P50, TOTAL_P99

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from runner.analysis.answer.scope import Scope, Standing
    from runner.analysis.report import Compared
    from runner.messages import Message

    Case = Callable[[Standing, str, float], bool]


def tails(scope: Scope) -> Iterator[Message]:
    """Yield the adapters whose p99 has the other verdict than their throughput or median."""
    for baseline, lines in _of(scope, _faster_and_longer).items():
        yield message("answer.tail_of_fast", baseline=baseline, adapters=lines)
    for baseline, lines in _of(scope, _sooner_and_longer).items():
        yield message("answer.tail_of_median", baseline=baseline, adapters=lines)
    for baseline, lines in _of(scope, _slower_and_shorter).items():
        yield message("answer.tail_of_slow", baseline=baseline, adapters=lines)


def _of(scope: Scope, case: Case) -> dict[str, list[Message]]:
    lines = [
        standing.lines[TOTAL_P99.column, adapter]
        for standing in scope.home
        for adapter in standing.adapters
        if case(standing, adapter, scope.report.margin)
    ]
    return {
        baseline: [
            entry(of_adapter, scope.home, span(of_adapter)) for of_adapter in by_adapter(those)
        ]
        for baseline, those in by_baseline(lines).items()
    }


def _verdicts(standing: Standing, adapter: str) -> tuple[Compared, Compared]:
    return standing.lines[SPEED.column, adapter], standing.lines[TOTAL_P99.column, adapter]


def _faster_and_longer(standing: Standing, adapter: str, _: float) -> bool:
    rate, tail = _verdicts(standing, adapter)
    return rate.verdict.better and tail.verdict.worse


def _slower_and_shorter(standing: Standing, adapter: str, _: float) -> bool:
    rate, tail = _verdicts(standing, adapter)
    return rate.verdict.worse and tail.verdict.better


def _sooner_and_longer(standing: Standing, adapter: str, margin: float) -> bool:
    rate, tail = _verdicts(standing, adapter)
    return (
        tail.verdict.worse
        and not rate.verdict.better
        and _sooner(standing, adapter, tail.baseline, margin)
    )


def _sooner(standing: Standing, adapter: str, baseline: str, margin: float) -> bool:
    """Tell whether the median is shorter than the baseline's, as a verdict would.

    By the mean over the rounds, as sure as the verdict on the tail, and beyond the margin.
    """
    logs = _median_logs(standing, adapter, baseline)
    level = standing.lines[TOTAL_P99.column, adapter].confidence
    if len(logs) < FEWEST_ROUNDS or level is None:
        return False
    median = interval(logs, level)
    return median.high < 0 and -median.mean > math.log1p(margin)


def _median_logs(standing: Standing, adapter: str, baseline: str) -> Sequence[float]:
    base = {row.round: row.total_ms_p50 for row in standing.rows(baseline)}
    return [
        math.log(median / other)
        for row in standing.rows(adapter)
        if (median := getattr(row, TOTAL_P50.column)) and (other := base.get(row.round))
    ]
