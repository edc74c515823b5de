"""The tables of groups that change as they run: what each pool does when clients leak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.summary import Summary
from runner.axes import title
from runner.messages import message
from runner.metrics import (
    DRY_AFTER,
    FAILED,
    FAILED_P50,
    LEAKED,
    RESPONSE_MAX,
    STARVED,
    SUCCEEDED,
)
from runner.report import failures, sessions_opened
from runner.report.captions import compared_in, with_real_size
from runner.report.cell_figure import median
from runner.report.charts.palette import in_order
from runner.report.formats import share
from runner.report.model import Column, Row, Table
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.messages import Message
    from runner.report.cell_figure import CellFigure
    from runner.results.rows import RowGroup, Rows

COLUMNS: Mapping[Message, CellFigure] = {
    SUCCEEDED.heading: median(SUCCEEDED),
    FAILED.heading: median(FAILED, share),
    LEAKED.heading: median(LEAKED),
    DRY_AFTER.heading: median(DRY_AFTER),
    FAILED_P50.heading: median(FAILED_P50),
    RESPONSE_MAX.heading: median(RESPONSE_MAX),
    STARVED.heading: median(STARVED),
}
"""Heading -> how a cell is written: medians over the rounds, times in milliseconds."""


def leak_tables(rows: Rows) -> Iterator[Table]:
    """Yield a table for each group that leaks, adapters in the order of the charts.

    A speed means nothing there, nor does who served more before the pool ran dry.
    """
    for group in rows.groups:
        if group.conditions.leak and group.rows:
            yield _table(group)


def _table(group: RowGroup) -> Table:
    adapters = [
        Summary(tuple(by_round.values()))
        for by_round in group.entrants.values()
        if next(iter(by_round.values())).role is Role.ADAPTER
    ]
    names = in_order(it.cell.entrant for it in adapters)
    adapters.sort(key=lambda it: names.index(it.cell.entrant))
    return Table(
        title=message("table.times", group=title(with_real_size(group.conditions, group.rows))),
        columns=[
            Column(compared_in(group), folds=False),
            *(Column(heading, numeric=True) for heading in COLUMNS),
        ],
        rows=_rows(adapters),
        notes=[message("leak.note")]
        + [
            note
            for notes in (failures.notes, sessions_opened.notes)
            for note in notes(adapter.rows for adapter in adapters)
        ],
    )


def _rows(adapters: Sequence[Summary]) -> list[Row]:
    return [
        Row([it.cell.entrant, *(written(it) for written in COLUMNS.values())], about=it.cell.id)
        for it in adapters
    ]
