"""A run as a comparison of runs sees it: values of each cell and metric, or why there are none."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from runner.analysis.refusals import flaws
from runner.messages import Message, message
from runner.metrics import SHARE_OF_LIMIT
from runner.roles import Role

if TYPE_CHECKING:
    from runner.metrics import Metric
    from runner.results.row import Row
    from runner.results.rows import Rows

NO_LIMIT = message("refused.no_limit")


@dataclass(frozen=True)
class MeasuredRun:
    """The rows of one run, by cell, and the limit that each is held against."""

    name: str
    """`A`, or `A2` where A is several runs."""
    rows: Rows

    @cached_property
    def cells(self) -> dict[str, list[Row]]:
        """The rows of each cell, in the order of conditions; the control is left out."""
        cells: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(self.rows.adapters, key=lambda row: (row.conditions.rank, row.contender)):
            cells[row.cell.id].append(row)
        return dict(cells)

    def paced(self, cell: str) -> bool:
        """Tell whether the operations of a cell arrive at a rate."""
        return self.cells[cell][0].conditions.paced

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
