"""The ratios to the baseline with their confidence, or the reason why there is none.

Rows of `cells.csv` in, lines of `comparison.csv` out (METHOD 5 to 9).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runner.analysis.intervals import confidence, interval
from runner.analysis.judgement import judged
from runner.analysis.refusals import Entry
from runner.analysis.report import Compared, Report
from runner.analysis.verdict import COMPARED, MARGIN, Verdict
from runner.messages import message
from runner.metrics import SPEED
from runner.roles import CONTROL, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.messages import Message
    from runner.metrics import Metric
    from runner.results.row import Row
    from runner.results.rows import RowGroup, Rows

ONE_ROUND = message("refused.one_round")


def reached(report: Report) -> float | None:
    """Return the precision of a run: the widest half of its intervals of operations per second.

    As a share: 0.05 is +-5 %. The control does not count. None where there is no interval.
    """
    widths = [line.half_width for line in report.speeds if line.half_width is not None]
    return math.expm1(max(widths)) if widths else None


def compare(
    rows: Rows,
    *,
    baseline: str | None,
    adapters: Sequence[str] = (),
    margin: float = MARGIN,
    looks: int = 1,
) -> Report:
    """Compare every adapter with the baseline, paired inside each round.

    `adapters` is their order in the plan, those left out follow by name. Without a `baseline` it is
    the first in that order that can be compared, in each group. `looks` is how many times the run
    may look at its intervals before it stops: each then has a confidence of 1 - 0.05 / looks.
    """
    names = {row.contender for row in rows.measured} - {*adapters, CONTROL}
    order = [*adapters, *sorted(names), CONTROL]
    groups = [_group(group, order, baseline) for group in rows.groups]
    lines = [
        _line(group, metric, name, confidence(looks))
        for group in groups
        for metric in COMPARED.values()
        if group.queues or not metric.queue
        for name in group.entries
    ]
    return Report(tuple(judged(lines, margin, looks)), margin, looks)


@dataclass(frozen=True)
class _Group:
    """The adapters that are compared with each other, in the order of the plan."""

    rows: RowGroup
    entries: Mapping[str, Entry]
    baseline: str
    repeated: str
    """The adapter that the control repeats."""

    @property
    def queues(self) -> bool:
        """True with more clients than connections."""
        conditions = self.rows.conditions
        pooled = any(entry.any.pooled for entry in self.entries.values())
        return pooled and conditions.clients > conditions.pool_size.most

    def refusal(self, metric: Metric, name: str) -> Message | None:
        """Say why an adapter cannot be compared with the baseline; None where it can."""
        own = self.entries[name].refusal(metric)
        if own or name == self.baseline:
            return own
        if name == CONTROL and self.baseline != self.repeated:
            return message("refused.control", repeated=self.repeated)
        if self.baseline not in self.entries:
            return message("refused.no_baseline", baseline=self.baseline)
        reason = self.entries[self.baseline].refusal(metric)
        return reason and message("refused.baseline", baseline=self.baseline, reason=reason)


def _group(rows: RowGroup, order: Sequence[str], baseline: str | None) -> _Group:
    entries = {name: Entry(rows.contenders[name]) for name in order if name in rows.contenders}
    sound = (name for name, entry in entries.items() if name != CONTROL and not entry.flaw)
    return _Group(rows, entries, baseline or next(sound, ""), baseline or order[0])


def _line(group: _Group, metric: Metric, name: str, level: float) -> Compared:
    """Return a line with everything but what the other lines of its family decide."""
    entry = group.entries[name]
    line = Compared(
        conditions=group.rows.conditions,
        metric=metric.column,
        contender=name,
        role=entry.any.role,
        pooled=entry.any.pooled,
        baseline=group.baseline,
        rounds=len(entry.rows),
    )
    if metric is SPEED and not entry.flaw:
        line = _with_share(line, entry, group.rows.limits, level)
    reason = group.refusal(metric, name)
    if reason:
        return replace(line, verdict=Verdict.NOT_COMPARED, reason=reason)
    if name == group.baseline:
        return replace(line, verdict=Verdict.BASELINE, ratio=1.0)
    return _with_ratio(line, _logs(metric, entry, group.entries[group.baseline]), level)


def _logs(metric: Metric, entry: Entry, base: Entry) -> list[float]:
    """Return the log ratio of each round that both have."""
    return [
        math.log(getattr(row, metric.column) / getattr(base.rows[number], metric.column))
        for number, row in entry.rows.items()
        if number in base.rows
    ]


def _with_ratio(line: Compared, logs: Sequence[float], level: float) -> Compared:
    if not logs:
        reason = message("refused.no_common_round", baseline=line.baseline)
        return replace(line, rounds=0, verdict=Verdict.NOT_COMPARED, reason=reason)
    if len(logs) == 1:
        ratio = math.exp(logs[0])
        return replace(line, rounds=1, ratio=ratio, verdict=Verdict.NOT_COMPARED, reason=ONE_ROUND)
    found = interval(logs, level)
    return replace(
        line,
        rounds=len(logs),
        ratio=math.exp(found.mean),
        low=math.exp(found.low),
        high=math.exp(found.high),
        confidence=level,
        p=found.p,
        verdict=Verdict.CONTROL if line.role is Role.CONTROL else Verdict.NO_DIFFERENCE,
    )


def _with_share(line: Compared, entry: Entry, limits: Mapping[int, Row], level: float) -> Compared:
    """Hold an adapter's operations per second against what the server could do (METHOD 13)."""
    logs = [
        math.log(row.ops_per_s / limit.ops_per_s)
        for row in entry.rows.values()
        if (limit := limits.get(row.round)) and not limit.bad and limit.ops_per_s and row.ops_per_s
    ]
    if not logs:
        return line
    line = replace(line, share_of_limit=math.exp(math.fsum(logs) / len(logs)))
    if len(logs) == 1:
        return line
    found = interval(logs, level)
    low, high = math.exp(found.low), math.exp(found.high)
    return replace(line, confidence=level, share_low=low, share_high=high)
