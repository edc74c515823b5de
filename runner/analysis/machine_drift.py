"""A machine that has changed its speed during a run, where that matters.

Adapters are paired inside each round, so what drifts for all of them cancels. A drift is said where
its own readings show it beyond their noise, and a verdict depends on the half of the run.
"""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING

from runner.analysis.comparison import compare
from runner.analysis.intervals import ALPHA, welch
from runner.messages import message
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from runner.analysis.report import Compared, Report
    from runner.messages import Message
    from runner.results.rows import Rows
    from runner.results.yardstick import Yardstick

DRIFT = math.log(1.1)
"""From the first half of a run to the second, on the logarithm; more than that is said."""


def drifts(readings: Sequence[Yardstick], rows: Rows, report: Report) -> list[Message]:
    """Say by how much the machine has changed its speed, and which verdicts that puts in doubt.

    `report` is what was concluded from `rows`. Nothing where no verdict depends on the half.
    """
    changes = list(_changes(readings))
    if not changes:
        return []
    verdicts = [
        message("drift.verdict", adapter=line.entrant, group=line.group)
        for line in _turned(rows, report)
    ]
    return [*changes, message("drift.verdicts", verdicts=verdicts)] if verdicts else []


def _changes(readings: Sequence[Yardstick]) -> Iterator[Message]:
    trips = _by_round(readings, lambda reading: reading.round_trip_us_p50)
    loops = _by_round(readings, lambda reading: reading.cpu_loop_ms_p50)
    for what, logs in ((message("drift.round_trip"), trips), (message("drift.cpu_loop"), loops)):
        change = _change(logs)
        if change > DRIFT:
            yield message("drift.longer", what=what, change=math.expm1(change))
        if change < -DRIFT:
            yield message("drift.shorter", what=what, change=-math.expm1(change))


def _by_round(
    readings: Iterable[Yardstick], value: Callable[[Yardstick], float]
) -> Sequence[float]:
    """Return the mean logarithm of each round: its readings are close in time, so not independent.

    In the order of measuring.
    """
    rounds: dict[tuple[int, int], list[float]] = defaultdict(list)
    for reading in readings:
        rounds[reading.session, reading.round].append(math.log(value(reading)))
    return [fmean(logs) for logs in rounds.values()]


def _change(logs: Sequence[float]) -> float:
    """Return the change from the first half to the second, 0 where it may be chance.

    Welch's interval of 95 %: the halves need not vary alike. It needs two rounds of each.
    """
    half = len(logs) // 2
    if half < 2:  # noqa: PLR2004 - one value has no variance
        return 0.0
    change = welch(logs[:half], logs[-half:], 1 - ALPHA)
    return 0.0 if change.low <= 0 <= change.high else change.mean


def _turned(rows: Rows, report: Report) -> Iterator[Compared]:
    """Yield the lines of speed on which the halves of a run have other verdicts, and not by chance.

    Their intervals do not meet, each of which is as sure as that of the whole run.
    """
    numbers = sorted({row.round for row in rows.measured})
    half = len(numbers) // 2
    first, second = (
        {(line.conditions, line.entrant): line for line in _again(rows, report, some).speeds}
        for some in (numbers[:half], numbers[-half:])
    )
    for key in first.keys() & second.keys():
        a, b = first[key], second[key]
        if a.verdict is not b.verdict and a.baseline == b.baseline and _apart(a, b):
            yield a


def _again(rows: Rows, report: Report, numbers: Sequence[int]) -> Report:
    """Compare as the report did, over some rounds only."""
    baselines = {line.baseline for line in report.lines}
    names = dict.fromkeys(it.entrant for it in report.lines if it.role is Role.ADAPTER)
    return compare(
        rows.of_rounds(numbers),
        baseline=baselines.pop() if len(baselines) == 1 else None,
        order=list(names),
        margin=report.margin,
        looks=report.looks,
    )


def _apart(a: Compared, b: Compared) -> bool:
    ends = a.low, a.high, b.low, b.high
    low_a, high_a, low_b, high_b = (end or 0.0 for end in ends)
    return high_a < low_b or high_b < low_a
