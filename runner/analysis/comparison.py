"""Who is faster than the baseline, by how much and how surely; or why that cannot be said.

Rows of `cells.csv` in, lines of `comparison.csv` out (METHOD 5 to 9).
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from runner.analysis.intervals import ALPHA, confidence, holm, interval
from runner.analysis.verdict import (
    MARGIN,
    METRICS,
    SPEED,
    Compared,
    Metric,
    Report,
    Verdict,
    percent,
    words,
)
from runner.roles import CONTROL, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.results.row import Row
    from runner.results.rows import RowGroup, Rows

MOST_FAILED = 0.01
"""The share of failed operations, over all rounds, above which a cell is not compared."""
LEAKS = "clients leak: a speed means nothing"
ONE_ROUND = "one round only: no interval"


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
        for metric in METRICS.values()
        if group.queues or not metric.queue
        for name in group.entries
    ]
    return Report(tuple(_judged(lines, margin, looks)), margin, looks)


@dataclass(frozen=True)
class _Entry:
    """One adapter in one group: its row of each round."""

    rows: Mapping[int, Row]

    @cached_property
    def any(self) -> Row:
        return next(iter(self.rows.values()))

    @cached_property
    def flaw(self) -> str:
        """Why nothing of it can be compared (METHOD 7); empty where it can."""
        return next(flaws(list(self.rows.values())), "")

    def refusal(self, metric: Metric) -> str:
        """Say why this metric of it cannot be compared; empty where it can."""
        if self.flaw:
            return self.flaw
        if metric.queue and not self.any.pooled:
            return "it has no pool to wait for"
        for row in self.rows.values():
            value = getattr(row, metric.column)
            if value is None:
                return f"{metric.empty} in round {row.round}"
            if not value > 0:
                return f"{metric.label} is {value:g} in round {row.round}: there is no ratio"
        return ""


def flaws(rows: Sequence[Row]) -> Iterator[str]:
    """Yield what forbids to compare an adapter's rows, the gravest first."""
    if not rows[0].conditions.steady:
        yield LEAKS
    yield from (f"{row.status} in round {row.round}: {row.reason}" for row in rows if row.bad)
    starving = [row.starved_clients for row in rows if row.starved_clients]
    if starving:
        often = f" in {len(starving)} of {len(rows)} rounds" if len(starving) < len(rows) else ""
        yield f"starves {max(starving)} of {rows[0].conditions.clients} clients{often}"
    operations, ok = (sum(getattr(row, name) or 0 for row in rows) for name in ("operations", "ok"))
    if operations - ok > MOST_FAILED * operations:
        yield f"{percent(1 - ok / operations)} of operations failed"
    yield from (f"no success in round {row.round}" for row in rows if not row.ok)


@dataclass(frozen=True)
class _Group:
    """The adapters that are compared with each other, in the order of the plan."""

    rows: RowGroup
    entries: Mapping[str, _Entry]
    baseline: str
    repeated: str
    """What the control repeats."""

    @property
    def queues(self) -> bool:
        """Whether there are more clients than connections."""
        conditions = self.rows.conditions
        pooled = any(entry.any.pooled for entry in self.entries.values())
        return pooled and conditions.clients > conditions.pool_size.most

    def refusal(self, metric: Metric, name: str) -> str:
        """Say why an adapter cannot be compared with the baseline; empty where it can."""
        own = self.entries[name].refusal(metric)
        if own or name == self.baseline:
            return own
        if name == CONTROL and self.baseline != self.repeated:
            return f"the control repeats {self.repeated}, which is not the baseline here"
        if self.baseline not in self.entries:
            return f"the baseline {self.baseline} was not measured here"
        reason = self.entries[self.baseline].refusal(metric)
        return reason and f"the baseline {self.baseline} cannot be compared: {reason}"


def _group(rows: RowGroup, order: Sequence[str], baseline: str | None) -> _Group:
    entries = {name: _Entry(rows.contenders[name]) for name in order if name in rows.contenders}
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


def _logs(metric: Metric, entry: _Entry, base: _Entry) -> list[float]:
    """Return the log ratio of each round that both have."""
    return [
        math.log(getattr(row, metric.column) / getattr(base.rows[number], metric.column))
        for number, row in entry.rows.items()
        if number in base.rows
    ]


def _with_ratio(line: Compared, logs: Sequence[float], level: float) -> Compared:
    if not logs:
        reason = f"no round in common with the baseline {line.baseline}"
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


def _with_share(line: Compared, entry: _Entry, limits: Mapping[int, Row], level: float) -> Compared:
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


def _judged(lines: Sequence[Compared], margin: float, looks: int) -> Iterator[Compared]:
    """Yield the lines with their verdicts. The control is a family of its own."""
    families: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.p is not None:
            families[line.metric, line.role is Role.CONTROL].append(index)
    adjusted: dict[int, float] = {}
    for members in families.values():
        ps = holm([lines[index].p or 0.0 for index in members])
        adjusted |= zip(members, (min(1.0, looks * p) for p in ps), strict=True)
    for index, line in enumerate(lines):
        judged = replace(line, p_adjusted=adjusted.get(index))
        if line.verdict is Verdict.NO_DIFFERENCE and beyond(judged, margin):
            metric = METRICS[line.metric]
            above = line.ratio is not None and line.ratio > 1
            judged = replace(judged, verdict=metric.more if above else metric.less)
        yield replace(judged, words=words(judged))


def beyond(line: Compared, margin: float) -> bool:
    """Return whether a difference is neither chance nor too small to matter (METHOD 6)."""
    if line.p_adjusted is None or not line.ratio:
        return False
    return line.p_adjusted < ALPHA and abs(math.log(line.ratio)) > math.log1p(margin)
