"""One entrant in the table of its group: its figures over the rounds, and what was concluded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from runner.analysis.refusals import Entry
from runner.analysis.summary import Summary
from runner.metrics import (
    RESPONSE_MAX,
    RESPONSE_P50,
    RESPONSE_P99,
    SPEED,
    TOTAL_MAX,
    TOTAL_P50,
    TOTAL_P99,
    WAIT_MAX,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.analysis.report import Compared, Report
    from runner.axes import Conditions
    from runner.messages import Message
    from runner.metrics import Metric
    from runner.results.rows import Rows


@dataclass(frozen=True)
class Entrant:
    """An adapter, or a value of another axis that is compared; or the control."""

    summary: Summary
    lines: Mapping[str, Compared]
    """Metric -> conclusion."""

    @property
    def name(self) -> str:
        """The name of what is compared."""
        return self.summary.cell.entrant

    @property
    def flaw(self) -> Message | None:
        """The reason why nothing of it is compared."""
        return Entry({row.round: row for row in self.summary.rows}).flaw

    @property
    def speed(self) -> Compared | None:
        """The conclusion on its operations per second."""
        return self.lines.get(SPEED.column)

    @property
    def of_all_attempts(self) -> bool:
        """Its times are those of all attempts, because some got nothing; old reports lack them."""
        return self.flaw is not None and self.summary.median(RESPONSE_P50.column) is not None

    @property
    def median(self) -> float | None:
        """The median time, in milliseconds."""
        return self._time(TOTAL_P50, RESPONSE_P50)

    @property
    def p99(self) -> float | None:
        """The p99 of the time, in milliseconds."""
        return self._time(TOTAL_P99, RESPONSE_P99)

    @property
    def longest(self) -> float | None:
        """The longest time of any client in any round, its wait in vain included."""
        metrics = (RESPONSE_MAX, TOTAL_MAX, WAIT_MAX)
        values = (value for it in metrics for value in self.summary.values(it.column))
        return max(values, default=None)

    @property
    def ceiling(self) -> float | None:
        """The rate at which the cores would be full."""
        return self.summary.median("ceiling_ops_per_s")

    @property
    def of_ceiling(self) -> float | None:
        """The share of that which was reached, the middle over the rounds."""
        shares = [
            row.ops_per_s / row.ceiling_ops_per_s
            for row in self.summary.good
            if row.ops_per_s is not None and row.ceiling_ops_per_s
        ]
        return median(shares) if shares else None

    @property
    def process_rates(self) -> tuple[float, float]:
        """Operations per second of the slowest and of the fastest process in any round."""
        return (
            min(self.summary.values("process_ops_per_s_min"), default=0.0),
            max(self.summary.values("process_ops_per_s_max"), default=0.0),
        )

    def _time(self, of_successes: Metric, of_all: Metric) -> float | None:
        metric = of_all if self.of_all_attempts else of_successes
        return self.summary.median(metric.column)


def entrants(rows: Rows, report: Report) -> dict[Conditions, list[Entrant]]:
    """Return the entrants of each group, with what was concluded of each."""
    lines: dict[tuple[Conditions, str], dict[str, Compared]] = defaultdict(dict)
    for line in report.lines:
        lines[line.conditions, line.entrant][line.metric] = line
    return {
        group.conditions: [
            Entrant(Summary(tuple(by_round.values())), lines[group.conditions, name])
            for name, by_round in group.entrants.items()
        ]
        for group in rows.groups
    }
