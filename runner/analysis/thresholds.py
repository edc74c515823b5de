"""Thresholds, as load testers know them: `"adapter=psycopg3 clients=50": [ops_per_s > 1000]`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from runner.analysis.condition import condition
from runner.analysis.too_few import too_few
from runner.config.complaints import ConfigError, Key
from runner.messages import columns, from_columns, message
from runner.metrics import METRICS
from runner.plan.filters import no_axis, only
from runner.plan.plan import Plan
from runner.results import csv_file
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from runner.analysis.condition import Condition
    from runner.config.complaints import Complaint
    from runner.messages import Message
    from runner.plan.plan import Cell
    from runner.results.row import Row
    from runner.results.rows import Rows

EVERY = "all"
NOT_MEASURED = message("threshold.not_measured")
NO_ROUND = message("threshold.no_round")


@dataclass(frozen=True)
class Threshold:
    """A bound that must hold of some cells."""

    selector: str
    """As written."""
    condition: Condition
    cells: tuple[str, ...]
    """The ids of the cells that the selector names."""


@dataclass(frozen=True)
class Judged:
    """One condition on one cell, and whether it held: a line of `thresholds.csv`."""

    cell: str
    condition: str
    value: float | None
    """The median over the good rounds; None where there is none."""
    passed: bool
    reason: Message | None = None
    """The reason why there is no value."""

    def columns(self) -> dict[str, object]:
        """Return the line of `thresholds.csv`, by column."""
        return {
            "cell": self.cell,
            "condition": self.condition,
            "value": self.value,
            "passed": self.passed,
            **columns(self.reason),
        }


def judged_of(row: Mapping[str, str]) -> Judged:
    """Read a line of `thresholds.csv`. Raises KeyError, ValueError."""
    return Judged(
        row["cell"],
        row["condition"],
        csv_file.value(row, "value", float | None),
        csv_file.value(row, "passed", bool),
        from_columns(row["reason"], row["reason_facts"]),
    )


def threshold_complaints(data: Mapping[str, Any]) -> Iterator[Complaint]:
    """Yield a complaint of each axis and condition of plain data that no plan could have.

    Values of a wrong type are left to other checks.
    """
    entries = data.get("thresholds")
    for selector, conditions in entries.items() if isinstance(entries, dict) else ():
        for word in _words(selector):
            if sentence := no_axis(word):
                yield ("thresholds", selector), f"{word}: {sentence}"
        for index, text in enumerate(conditions if isinstance(conditions, list) else ()):
            try:
                if isinstance(text, str):
                    condition(text)
            except ValueError as error:
                yield ("thresholds", selector, index), str(error)


def checked(
    thresholds: Mapping[str, Sequence[str]],
    cells: Iterable[Cell],
    complain: Callable[[Key, str], str],
) -> list[Threshold]:
    """Return the thresholds of a configuration, each with its cells among those of the plan.

    `complain` puts the place before a sentence (`config.complaint`). The control is no cell of the
    user's. Raises ConfigError with everything that is wrong.
    """
    plan = Plan(tuple(cell for cell in cells if cell.role is Role.ADAPTER))
    found: list[Threshold] = []
    complaints: list[str] = []
    for selector, conditions in thresholds.items():
        key: Key = ("thresholds", selector)
        chosen: tuple[str, ...] = ()
        try:
            chosen = _chosen(plan, selector)
        except ConfigError as error:
            complaints += [complain(key, sentence) for sentence in error.complaints]
        if not conditions:
            complaints.append(complain(key, "must have at least one condition"))
        for index, text in enumerate(conditions):
            try:
                found.append(Threshold(selector, condition(text), chosen))
            except ValueError as error:
                complaints.append(complain((*key, index), str(error)))
    if complaints:
        raise ConfigError(complaints)
    return found


def _chosen(plan: Plan, selector: str) -> tuple[str, ...]:
    """Return the cells that a selector names, as `--only` would choose them."""
    return tuple(cell.id for cell in only(plan, _words(selector), option="").cells)


def _words(selector: str) -> list[str]:
    return [] if selector.strip() == EVERY else selector.split()


def judge(
    thresholds: Iterable[Threshold],
    rows: Rows,
    cells: Collection[str] | None = None,
) -> list[Judged]:
    """Return for each threshold and each of its cells whether it held.

    `cells` are those that were to be measured (`--only`); all where it is left out. A cell without
    a good round has not held, nor a column without a value.
    """
    of_cell: dict[str, list[Row]] = defaultdict(list)
    for row in rows.every:
        of_cell[row.cell.id].append(row)
    return [
        _judged(cell, threshold.condition, of_cell[cell], rows)
        for threshold in thresholds
        for cell in threshold.cells
        if cells is None or cell in cells
    ]


def _judged(cell: str, must: Condition, rows: Sequence[Row], whole: Rows) -> Judged:
    good = [row for row in rows if not row.bad]
    values = [value for row in good if (value := getattr(row, must.column)) is not None]
    if not values:
        reason = _why(must.column, good, whole) if good else _no_good_round(rows)
        return Judged(cell, str(must), None, passed=False, reason=reason)
    value = median(values)
    return Judged(cell, str(must), value, must.holds(value))


def _no_good_round(rows: Sequence[Row]) -> Message:
    """Say what became of a cell without a good round."""
    if not rows:
        return NO_ROUND
    row = rows[0]
    return message("refused.bad", status=row.status.value, round=row.round, reason=row.reason)


def _why(column: str, rows: Sequence[Row], whole: Rows) -> Message:
    """Say why a column of good rows is empty, and how long to run where that would help."""
    metric = METRICS.get(column)
    return too_few(column, rows, whole) or (metric and metric.empty) or NOT_MEASURED
