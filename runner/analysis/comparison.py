"""The ratios to the baseline with their confidence, or the reason why there is none.

Rows of `cells.csv` in, lines of `comparison.csv` out (METHOD 5 to 9).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runner.analysis.estimate import Sides
from runner.analysis.family import comparisons, controls
from runner.analysis.intervals import confidence, interval, ratio_of
from runner.analysis.judgement import judged
from runner.analysis.midmean import FEWEST_ROUNDS
from runner.analysis.refusals import Entry
from runner.analysis.report import Compared, Report
from runner.analysis.verdict import COMPARED, MARGIN, Verdict
from runner.messages import message
from runner.metrics import SPEED
from runner.roles import CONTROL, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.analysis.estimate import Estimate
    from runner.messages import Message
    from runner.metrics import Metric
    from runner.results.row import Row
    from runner.results.rows import RowGroup, Rows


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
    order: Sequence[str] = (),
    margin: float = MARGIN,
    looks: int = 1,
) -> Report:
    """Compare every entrant of a group with the baseline, paired inside each round.

    `order` is theirs in the plan, those left out follow by name. Without a `baseline` it is
    the first in that order that can be compared, in each group. `looks` is how many times the run
    may look at its intervals before it stops: each has a confidence of 1 - 0.05 / (looks x family).
    """
    names = {row.entrant for row in rows.measured} - {*order, CONTROL}
    order = [*order, *sorted(names), CONTROL]
    cells = [row.cell for row in rows.measured]
    families = {Role.ADAPTER: comparisons(cells), Role.CONTROL: controls(cells)}
    lines = [
        _line(group, metric, name, Sureness(families[group.entries[name].any.role], looks))
        for group in (_group(rows, group, order, baseline) for group in rows.groups)
        for metric in COMPARED.values()
        if group.judges(metric)
        for name in group.entries
    ]
    return Report(tuple(_judged(line, margin) for line in lines), margin, looks)


@dataclass(frozen=True)
class Sureness:
    """How sure each interval of a family has to be, so that all of them are."""

    family: int
    looks: int

    @property
    def level(self) -> float:
        """The confidence of each interval."""
        return confidence(self.looks, self.family)

    def adjusted(self, p: float) -> float:
        """Return a p for what the whole family claims."""
        return min(1.0, p * self.family * self.looks)


@dataclass(frozen=True)
class _Group:
    """The entrants that are compared with each other, in the order of the plan."""

    whole: Rows
    rows: RowGroup
    entries: Mapping[str, Entry]
    baseline: str
    repeated: str
    """The entrant that the control repeats."""

    def judges(self, metric: Metric) -> bool:
        """Tell whether a metric means something in this group."""
        paced = self.rows.conditions.paced
        return (self.queues or not metric.queue) and metric.paced in (None, paced)

    @property
    def queues(self) -> bool:
        """True with more clients than connections."""
        return any(entry.any.queues for entry in self.entries.values())

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

    def estimate(self, metric: Metric, name: str, level: float) -> Estimate | None:
        """Estimate a ratio to the baseline; None where it would mean nothing."""
        if self.baseline not in self.entries or not self.rows.conditions.steady:
            return None
        base, own = self.entries[self.baseline].rows, self.entries[name].rows
        control = {} if name == CONTROL else self._joining()
        return Sides(own, base, control).estimate(metric, self.whole, level)

    def _joining(self) -> Mapping[int, Row]:
        """Return the control's rows where they count for the baseline (METHOD 8)."""
        control = self.entries.get(CONTROL)
        joins = control and not control.flaw and self.baseline == self.repeated
        return control.rows if control and joins else {}


def _group(whole: Rows, rows: RowGroup, order: Sequence[str], baseline: str | None) -> _Group:
    entries = {name: Entry(rows.entrants[name]) for name in order if name in rows.entrants}
    sound = (name for name, entry in entries.items() if name != CONTROL and not entry.flaw)
    return _Group(whole, rows, entries, baseline or next(sound, ""), baseline or order[0])


def _line(group: _Group, metric: Metric, name: str, sure: Sureness) -> Compared:
    """Return a line with everything but its verdict, where it has an interval."""
    entry = group.entries[name]
    line = Compared(
        conditions=group.rows.conditions,
        metric=metric.column,
        entrant=name,
        role=entry.any.role,
        pooled=entry.any.pooled,
        baseline=group.baseline,
        rounds=len(entry.rows),
        family=sure.family,
    )
    if metric is SPEED and line.conditions.steady:
        line = _with_share(line, entry, group.whole, sure.level)
    reason = group.refusal(metric, name)
    if name == group.baseline:
        verdict = Verdict.NOT_COMPARED if reason else Verdict.BASELINE
        return replace(line, verdict=verdict, reason=reason, ratio=None if reason else 1.0)
    estimate = group.estimate(metric, name, sure.level)
    ratio = estimate.ratio if estimate and estimate.logs else None
    if reason:
        return replace(line, verdict=Verdict.NOT_COMPARED, reason=reason, ratio=ratio)
    if not estimate or ratio is None:
        reason = message("refused.no_common_round", baseline=line.baseline)
        return replace(line, rounds=0, verdict=Verdict.NOT_COMPARED, reason=reason)
    return with_estimate(replace(line, rounds=len(estimate.logs), ratio=ratio), estimate, sure)


def few_rounds(line: Compared) -> Message | None:
    """Say that a line has too few rounds for an interval, where it has."""
    if line.rounds >= FEWEST_ROUNDS:
        return None
    return message("refused.few_rounds", count=line.rounds, least=FEWEST_ROUNDS)


def with_estimate(line: Compared, estimate: Estimate, sure: Sureness) -> Compared:
    """Fill in the intervals of a line that has its ratio and rounds; no verdict yet.

    Three rounds are the fewest that show how much rounds differ.
    """
    mean, typical, counting = estimate.mean, estimate.midmean, estimate.counting
    if mean is None or counting is None:
        return replace(line, verdict=Verdict.NOT_COMPARED, reason=few_rounds(line))
    line = replace(
        line,
        estimator=estimate.estimator,
        low=ratio_of(counting.low),
        high=ratio_of(counting.high),
        confidence=sure.level,
        p=counting.p,
        p_adjusted=sure.adjusted(counting.p),
        without=estimate.without,
    )
    if typical is None:
        return line
    return replace(
        line,
        mean_ratio=ratio_of(mean.mean),
        mean_low=ratio_of(mean.low),
        mean_high=ratio_of(mean.high),
        disturbed=ratio_of(-typical.over_mean.mean),
        disturbed_low=ratio_of(-typical.over_mean.high),
        disturbed_high=ratio_of(-typical.over_mean.low),
    )


def _judged(line: Compared, margin: float) -> Compared:
    """Conclude from an interval; the control only shows the noise."""
    if line.role is Role.CONTROL and line.low is not None:
        return replace(line, verdict=Verdict.CONTROL)
    return judged(line, margin)


def _with_share(line: Compared, entry: Entry, rows: Rows, level: float) -> Compared:
    """Hold an adapter's operations per second against what the server could do (METHOD 13)."""
    logs = [
        math.log(row.ops_per_s / limit.ops_per_s)
        for row in entry.rows.values()
        if not row.bad
        and (limit := rows.limit(row))
        and not limit.bad
        and limit.ops_per_s
        and row.ops_per_s
    ]
    if not logs:
        return line
    line = replace(line, share_of_limit=ratio_of(math.fsum(logs) / len(logs)))
    if len(logs) < FEWEST_ROUNDS:
        return line
    share = interval(logs, level)
    low, high = ratio_of(share.low), ratio_of(share.high)
    return replace(line, confidence=level, share_low=low, share_high=high)
