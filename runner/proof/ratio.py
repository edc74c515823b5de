"""One adapter against another: the line of a file, written by the code that judges every run."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from runner.analysis.comparison import compare
from runner.analysis.verdict import Verdict
from runner.metrics import SPEED
from runner.report.catalogue import text
from runner.results.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.proof.experiments import Measured


@dataclass(frozen=True)
class Ratio:
    """One adapter against another one of the same run. None is an empty field."""

    adapter: str
    baseline: str
    workload: str
    cpus: str
    rounds: int
    measuring_s: float
    """Warm-ups, lead-ins and windows of both together."""
    ratio: float | None
    low: float | None
    high: float | None
    half_width: float | None
    """As a share: 0.05 is +-5 %."""
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


def ratio(measured: Measured, adapter: str, baseline: str, known: float | None = None) -> Ratio:
    """Compare two adapters as a run of these two does."""
    pair = [row for row in measured.rows if row.contender in {adapter, baseline}]
    (line,) = (
        line
        for line in compare(Rows(pair), baseline=baseline, adapters=(baseline, adapter)).lines
        if line.metric == SPEED.column and line.contender == adapter
    )
    return Ratio(
        adapter=adapter,
        baseline=baseline,
        workload=line.conditions.workload,
        cpus=line.conditions.cpus,
        rounds=line.rounds,
        measuring_s=2 * measured.cell_seconds,
        ratio=line.ratio,
        low=line.low,
        high=line.high,
        half_width=None if line.half_width is None else math.expm1(line.half_width),
        verdict=line.verdict,
        reason=text(line.reason),
        known=known,
    )


def by_cpus(lines: Iterable[Ratio]) -> list[tuple[str, list[Ratio]]]:
    """Group the lines by placement."""
    groups: dict[str, list[Ratio]] = defaultdict(list)
    for line in lines:
        groups[line.cpus].append(line)
    return sorted(groups.items())


def not_compared(lines: Iterable[Ratio]) -> Iterator[str]:
    """Yield the pairs that have no interval, each with the reason."""
    for line in lines:
        if line.low is None:
            yield f"  {line.adapter} / {line.baseline}: {line.span}"


def half_widths(lines: Iterable[Ratio]) -> str:
    """Write the smallest, the largest and the median half-width."""
    widths = [line.half_width for line in lines if line.half_width is not None]
    if not widths:
        return "no interval"
    return f"±{min(widths):.1%} to ±{max(widths):.1%}, median ±{median(widths):.1%}"
