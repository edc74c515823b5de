"""The comparison of two runs: another version, another commit, another machine.

Only what is anchored inside each run is compared (METHOD 18). A ratio is always B against A.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean
from typing import TYPE_CHECKING

from runner.analysis.change import ABSOLUTE, ANCHORED, COMPARABLE, Change, RunComparison
from runner.analysis.comparison import ONE_ROUND
from runner.analysis.intervals import ALPHA, confidence, holm, welch
from runner.analysis.refusals import flaws
from runner.analysis.verdict import MARGIN, Verdict, difference
from runner.axis import spelled
from runner.messages import Message, message
from runner.metrics import SHARE_OF_LIMIT
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.metrics import Metric
    from runner.results.row import Row
    from runner.results.rows import Rows

NO_LIMIT = message("refused.no_limit")


def compare_runs(
    a: Rows, b: Rows, *, absolute: bool = False, margin: float = MARGIN
) -> RunComparison:
    """Return the changes from run A to run B, cell by cell, matched by their ids.

    `absolute` adds figures that are not anchored inside each run. `margin` is a share: smaller
    differences are none in practice. The control is left out: it is the baseline again.
    """
    runs = _Run("A", a), _Run("B", b)
    cells_a, cells_b = (run.cells for run in runs)
    metrics = (*ANCHORED, *ABSOLUTE) if absolute else ANCHORED
    changes = [
        _change(*runs, cell, metric) for cell in cells_a if cell in cells_b for metric in metrics
    ]
    return RunComparison(
        changes=tuple(_judged(changes, margin)),
        only_a=tuple(cell for cell in cells_a if cell not in cells_b),
        only_b=tuple(cell for cell in cells_b if cell not in cells_a),
        limitless=tuple(run.name for run in runs if not run.has_limit),
        margin=margin,
    )


@dataclass(frozen=True)
class _Run:
    """The rows of one run, by cell, and the limit that each is held against."""

    name: str
    rows: Rows

    @cached_property
    def cells(self) -> dict[str, list[Row]]:
        cells: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(self.rows.adapters, key=lambda row: (row.conditions.rank, row.contender)):
            cells[row.cell.id].append(row)
        return dict(cells)

    @property
    def has_limit(self) -> bool:
        """True where the limit was measured well in any round."""
        return any(self.limit(row) for row in self.rows.of(Role.LIMIT))

    def limit(self, row: Row) -> float | None:
        """Return the limit of the server in the round of a row."""
        limit = self.rows.limit(row)
        return None if limit is None or limit.bad else limit.ops_per_s

    def logs(self, cell: str, metric: Metric) -> list[float] | Message:
        """Return the logarithm of a cell's value in each round, or why there is none.

        A round without a limit is passed over: that says nothing of the cell.
        """
        rows = self.cells[cell]
        if flaw := next(flaws(rows), None):
            return flaw
        if metric is SHARE_OF_LIMIT:
            rows = [row for row in rows if self.limit(row)]
        values = [self._value(row, metric) for row in rows]
        for row, value in zip(rows, values, strict=True):
            if value is None:
                return message("refused.empty", empty=metric.empty, round=row.round)
            if not value:
                return message("refused.is_zero", metric=metric.column, round=row.round)
        return [math.log(value) for value in values if value] or NO_LIMIT

    def _value(self, row: Row, metric: Metric) -> float | None:
        if metric is not SHARE_OF_LIMIT:
            value: float | None = getattr(row, metric.column)
            return value
        limit = self.limit(row)
        return row.ops_per_s / limit if row.ops_per_s is not None and limit else None


def _change(a: _Run, b: _Run, cell: str, metric: Metric) -> Change:
    """Return a line with everything but what the other lines decide."""
    row_a, row_b = a.cells[cell][0], b.cells[cell][0]
    line = Change(cell, row_a.contender, metric.column, len(a.cells[cell]), len(b.cells[cell]))
    terms_b = row_b.conditions.columns()
    for term, here in row_a.conditions.columns().items():
        if here != terms_b[term] and None not in (here, terms_b[term]):  # not known of old reports
            there = spelled(terms_b[term])
            return _refused(line, message("refused.terms", term=term, a=spelled(here), b=there))
    logs_a, logs_b = a.logs(cell, metric), b.logs(cell, metric)
    if isinstance(logs_a, Message):
        return _refused(line, message("refused.in_run", run=a.name, reason=logs_a))
    if isinstance(logs_b, Message):
        return _refused(line, message("refused.in_run", run=b.name, reason=logs_b))
    return _with_ratio(line, logs_a, logs_b)


def _refused(line: Change, reason: Message) -> Change:
    return replace(line, verdict=Verdict.NOT_COMPARED, reason=reason)


def _with_ratio(line: Change, logs_a: Sequence[float], logs_b: Sequence[float]) -> Change:
    ratio = math.exp(fmean(logs_b) - fmean(logs_a))
    line = replace(line, rounds_a=len(logs_a), rounds_b=len(logs_b), ratio=ratio)
    if 1 in (line.rounds_a, line.rounds_b):
        return _refused(line, ONE_ROUND)
    found = welch(logs_a, logs_b, confidence(looks=1))
    return replace(line, low=math.exp(found.low), high=math.exp(found.high), p=found.p)


def _judged(changes: Sequence[Change], margin: float) -> Iterator[Change]:
    """Yield the lines with their verdicts; the cells of a metric are a family."""
    families: dict[str, list[float]] = defaultdict(list)
    for line in changes:
        if line.p is not None:
            families[line.metric].append(line.p)
    adjusted = {metric: iter(holm(ps)) for metric, ps in families.items()}
    for line in changes:
        judged = line
        if line.p is not None:
            judged = replace(line, p_adjusted=next(adjusted[line.metric]))
            judged = replace(judged, verdict=_verdict(judged, margin))
        yield judged


def _verdict(line: Change, margin: float) -> Verdict:
    """Call a change by its name where it is neither chance nor too small to matter (METHOD 6)."""
    log = math.log(line.ratio or 1.0)
    if line.p_adjusted is None or line.p_adjusted >= ALPHA or abs(log) <= math.log1p(margin):
        return Verdict.NO_DIFFERENCE
    return difference(COMPARABLE[line.metric], line.ratio or 1.0)
