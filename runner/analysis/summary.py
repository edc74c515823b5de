"""One cell over its rounds: a line of `summary.csv`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import geometric_mean, median
from typing import TYPE_CHECKING

from runner.metrics import SPEED
from runner.results.row import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.plan.plan import Cell
    from runner.results.row import Row
    from runner.results.rows import Rows


@dataclass(frozen=True)
class Summary:
    """One cell over its rounds; only rows with status `ok` are summarised."""

    rows: Sequence[Row]

    @property
    def cell(self) -> Cell:
        """The cell."""
        return self.rows[0].cell

    @property
    def good(self) -> list[Row]:
        """The rows that are summarised."""
        return [row for row in self.rows if not row.bad]

    @property
    def bad_rounds(self) -> int:
        """The rounds whose row is not `ok`."""
        return len(self.rows) - len(self.good)

    def values(self, number: str) -> list[float]:
        """Return a number of each good round that has it."""
        return [value for row in self.good if (value := getattr(row, number)) is not None]

    def median(self, number: str) -> float | None:
        """Return the middle over the good rounds; None where no round has the number."""
        values = self.values(number)
        return median(values) if values else None

    @property
    def rate(self) -> float | None:
        """The operations per second that are shown: the geometric mean over the good rounds.

        Ratios and shares of the limit are geometric means over rounds too, so each follows from the
        two rates that are shown.
        """
        rates = self.values(SPEED.column)
        if not rates:
            return None
        return geometric_mean(rates) if min(rates) > 0 else 0.0

    def columns(self) -> dict[str, object]:
        """Return the line of `summary.csv`: median, minimum and maximum of each number."""
        first = self.rows[0]
        line: dict[str, object] = {
            "cell": self.cell.id,
            "group": self.cell.group,
            "role": self.cell.role.value,
            "adapter": self.cell.contender,
            "driver": first.driver,
            "driver_version": first.driver_version,
            "pooled": first.pooled,
            **self.cell.conditions.columns(),
            "rounds": len(self.good),
            "bad_rounds": self.bad_rounds,
            "ops_per_s_geometric_mean": self.rate,
        }
        for number in NUMBERS:
            values = self.values(number)
            line[f"{number}_median"] = median(values) if values else None
            line[f"{number}_min"] = min(values, default=None)
            line[f"{number}_max"] = max(values, default=None)
        return line


def summaries(rows: Rows) -> list[Summary]:
    """Return each cell over its rounds."""
    cells: dict[str, list[Row]] = defaultdict(list)
    for row in rows.every:
        cells[row.cell.id].append(row)
    return [Summary(tuple(of_cell)) for of_cell in cells.values()]
