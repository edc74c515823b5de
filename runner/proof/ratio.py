"""One adapter against another: the line of a file, written by the code that judges every run."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from runner.analysis.comparison import Sureness, with_estimate
from runner.analysis.estimate import Sides
from runner.analysis.judgement import judged
from runner.analysis.refusals import Entry
from runner.analysis.report import Compared
from runner.analysis.verdict import MARGIN, Verdict
from runner.language import ENGLISH
from runner.metrics import SPEED
from runner.proof.quiet_pace import quiet_pace
from runner.report.catalogue import text
from runner.results.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from runner.proof.experiments import Measured
    from runner.results.row import Row


@dataclass(frozen=True)
class Ratio:
    """One adapter against another one of the same run. None is an empty field."""

    adapter: str
    baseline: str
    workload: str
    cpus: str
    clients: int
    rounds: int
    measuring_s: float
    """Warm-ups, lead-ins and windows of both together."""
    estimator: str
    ratio: float | None
    low: float | None
    high: float | None
    half_width: float | None
    """As a share: 0.05 is +-5 %."""
    mean_ratio: float | None
    mean_half_width: float | None
    """By the mean, beside the midmean."""
    quiet_half_width: float | None
    """By the quiet pace: see `quiet_pace`."""
    verdict: str
    reason: str
    known: float | None = None
    """The ratio by construction."""

    @property
    def excludes_one(self) -> bool:
        """The interval says that there is a difference."""
        return self.low is not None and self.high is not None and not self.low <= 1 <= self.high

    @property
    def differs(self) -> bool:
        """The verdict says that there is a difference."""
        return self.verdict in {Verdict.FASTER, Verdict.SLOWER}

    @property
    def span(self) -> str:
        """The ratio with its interval."""
        if self.ratio is None or self.low is None or self.high is None:
            return f"not compared: {self.reason}"
        return f"{self.ratio:.3f} [{self.low:.3f}, {self.high:.3f}]"


def ratio(
    measured: Measured,
    adapter: str,
    baseline: str,
    control: str = "",
    *,
    family: int = 1,
) -> Ratio:
    """Compare two adapters as a run does that makes `family` comparisons.

    `control` is the name under which the baseline was measured a second time, if it was. An adapter
    that a run would not compare has an interval all the same; its verdict says so.
    """
    rows = Rows(measured.rows, measured.turns)
    own, base, again = (_by_round(rows, name) for name in (adapter, baseline, control))
    sides = Sides(own, base, again)
    line = _line(own, base, sides, rows, Sureness(family, looks=1))
    return Ratio(
        adapter=adapter,
        baseline=baseline,
        workload=line.conditions.workload,
        cpus=line.conditions.cpus,
        clients=line.conditions.clients,
        rounds=line.rounds,
        measuring_s=2 * measured.cell_seconds,
        estimator=line.estimator,
        ratio=line.ratio,
        low=line.low,
        high=line.high,
        half_width=_half_width(line.low, line.high),
        mean_ratio=line.mean_ratio,
        mean_half_width=_half_width(line.mean_low, line.mean_high),
        quiet_half_width=_quiet_half_width(sides, rows, line.confidence),
        verdict=line.verdict,
        reason=text(line.reason, ENGLISH),
    )


def _by_round(rows: Rows, name: str) -> Mapping[int, Row]:
    return {row.round: row for row in rows.every if row.contender == name}


def _line(
    own: Mapping[int, Row], base: Mapping[int, Row], sides: Sides, rows: Rows, sure: Sureness
) -> Compared:
    estimate = sides.estimate(SPEED, rows, sure.level)
    any_row = next(iter(own.values()))
    line = Compared(
        conditions=any_row.conditions,
        metric=SPEED.column,
        entrant=any_row.contender,
        role=any_row.role,
        pooled=any_row.pooled,
        baseline=next(iter(base.values())).contender,
        rounds=len(estimate.logs),
        family=sure.family,
    )
    if not estimate.logs:
        return replace(line, verdict=Verdict.NOT_COMPARED, reason=Entry(own).flaw)
    line = judged(with_estimate(replace(line, ratio=estimate.ratio), estimate, sure), MARGIN)
    if flaw := Entry(own).flaw or Entry(base).flaw:
        return replace(line, verdict=Verdict.NOT_COMPARED, reason=flaw)
    return line


def _half_width(low: float | None, high: float | None) -> float | None:
    return math.expm1(math.log(high / low) / 2) if low and high else None


def _quiet_half_width(sides: Sides, rows: Rows, level: float | None) -> float | None:
    quiet = level and quiet_pace(list(sides.rounds(rows.rates).values()), level)
    return math.expm1((quiet.high - quiet.low) / 2) if quiet else None


def by_setting(lines: Iterable[Ratio]) -> list[tuple[str, list[Ratio]]]:
    """Group the lines by number of clients and placement, and name each group."""
    groups: dict[tuple[str, int], list[Ratio]] = defaultdict(list)
    for line in lines:
        groups[line.cpus, line.clients].append(line)
    return [
        (f"{clients} clients, cpus {cpus}", group)
        for (cpus, clients), group in sorted(groups.items())
    ]


def not_compared(lines: Iterable[Ratio]) -> Iterator[str]:
    """Yield the pairs that have no interval, each with the reason."""
    for line in lines:
        if line.low is None:
            yield f"  {line.adapter} / {line.baseline}: {line.span}"


def spread(widths: Iterable[float | None]) -> str:
    """Write the smallest, the largest and the median half-width."""
    known = [width for width in widths if width is not None]
    if not known:
        return "no interval"
    return f"±{min(known):.1%} to ±{max(known):.1%}, median ±{median(known):.1%}"
