"""Every cell of a run as one table: its conditions, its figures over the rounds, its errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.analysis.summary import Summary, summaries
from runner.axes import AXES, NAMING
from runner.axis import spelled
from runner.messages import message
from runner.metrics import (
    COST,
    FAILED,
    LEAKED,
    SPEED,
    STARVED,
    TOTAL_MAX,
    TOTAL_P50,
    TOTAL_P99,
)
from runner.report.captions import differing
from runner.report.cell_figure import median
from runner.report.charts.palette import in_order
from runner.report.failures import frequent
from runner.report.formats import NOTHING, number, share
from runner.report.model import Column, Emphasis, Row, Table
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.messages import Message
    from runner.report.cell_figure import CellFigure
    from runner.results.rows import Rows


def _if_steady(written: CellFigure) -> CellFigure:
    """Write nothing of a cell that changes as it runs: it has no speed."""
    return lambda summary: written(summary) if summary.cell.conditions.steady else NOTHING


FIGURES: Mapping[Message, CellFigure] = {
    message("cells.good"): lambda summary: str(len(summary.good)),
    message("cells.bad"): lambda summary: str(summary.bad_rounds),
    SPEED.heading: _if_steady(lambda summary: number(summary.rate)),
    TOTAL_P50.heading: median(TOTAL_P50),
    TOTAL_P99.heading: median(TOTAL_P99),
    TOTAL_MAX.heading: median(TOTAL_MAX),
    COST.heading: _if_steady(median(COST)),
    FAILED.heading: median(FAILED, share),
    LEAKED.heading: median(LEAKED),
    STARVED.heading: median(STARVED),
}
"""Heading -> how a cell is written: medians over the good rounds, times in milliseconds."""


@dataclass(frozen=True)
class CellTable:
    """The table, and how many of its first columns have few values, by which one can choose."""

    table: Table
    choices: int


def cell_table(rows: Rows) -> CellTable:
    """Return a row for each cell, in the order of its conditions; the control and limits too."""
    names = in_order(row.contender for row in rows.every)
    cells = sorted(summaries(rows), key=lambda it: _rank(it, names))
    axes = differing((it.cell.conditions for it in cells), NAMING)
    columns = [
        Column(message("table.adapter"), folds=False),
        *(Column(axis, numeric=_is_numeric(axis, cells)) for axis in axes),
        *(Column(heading, numeric=True) for heading in FIGURES),
        Column(message("cells.error")),
    ]
    lines = [_row(summary, axes) for summary in cells]
    table = Table(message("cells.caption"), columns, lines, [message("cells.note")])
    return CellTable(table, 1 + len(axes))


def _rank(summary: Summary, names: Sequence[str]) -> tuple[Any, ...]:
    """Put the cells of a group together, adapters in their order, then the control; limits last."""
    cell = summary.cell
    place = names.index(cell.contender)
    return cell.role is Role.LIMIT, cell.conditions.rank, cell.role is Role.CONTROL, place


def _is_numeric(axis: str, cells: Sequence[Summary]) -> bool:
    values = (getattr(it.cell.conditions, axis) for it in cells)
    return all(isinstance(value, int | float | None) for value in values)


def _row(summary: Summary, axes: Sequence[str]) -> Row:
    cell = summary.cell
    errors = frequent(summary.rows, most=1)
    return Row(
        [
            cell.contender,
            *(_value(getattr(cell.conditions, axis), axis) for axis in axes),
            *(written(summary) for written in FIGURES.values()),
            errors[0] if errors else "",
        ],
        Emphasis.NONE if cell.role is Role.ADAPTER else Emphasis.REFERENCE,
        cell.id,
    )


def _value(value: object, axis: str) -> str:
    """Write a value of an axis as the YAML has it; nothing where a cell has none."""
    return "" if value in (None, AXES[axis].not_kept) else spelled(value)
