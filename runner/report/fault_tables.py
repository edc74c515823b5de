"""The tables of faults: who was unavailable for how long, and what that cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.faults import ranked
from runner.axes import title
from runner.messages import message
from runner.metrics import (
    ACKNOWLEDGED_LOST,
    FAILED_AFTER,
    FIRST_SUCCESS,
    FULL_CAPACITY,
    HANDED_OUT_BROKEN,
    RECOVERED,
    RESPONSE_MAX,
    UNAVAILABLE,
)
from runner.report import failures
from runner.report.captions import compared_in, no_good_round, with_real_size
from runner.report.formats import number
from runner.report.model import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.summary import Summary
    from runner.messages import Message
    from runner.metrics import Metric
    from runner.report.model import Cell
    from runner.results.rows import RowGroup, Rows

ALWAYS = (UNAVAILABLE, FAILED_AFTER, HANDED_OUT_BROKEN, RESPONSE_MAX)
"""The figures that every row has."""
REACHED = (FIRST_SUCCESS, RECOVERED, FULL_CAPACITY)
"""Those that are empty where a pool never came so far."""


def fault_tables(rows: Rows) -> Iterator[Table]:
    """Yield a table for each group with a fault, ranked by the time without a success.

    What the columns are stands once, under the last.
    """
    groups = [group for group in rows.groups if group.conditions.fault and group.rows]
    for group in groups:
        yield _table(group, explained=group is groups[-1])


def _table(group: RowGroup, *, explained: bool) -> Table:
    adapters = ranked(group)
    return Table(
        title=message("table.fault", group=title(with_real_size(group.conditions, group.rows))),
        columns=[
            Column(compared_in(group), folds=False),
            *(Column(metric.heading, numeric=True) for metric in (*ALWAYS, *REACHED)),
        ],
        rows=[_row(adapter) for adapter in adapters],
        notes=[
            *_lost(adapters),
            *failures.notes(adapter.rows for adapter in adapters),
            *([message("table.fault_ranked")] if explained else []),
        ],
    )


def _row(adapter: Summary) -> Row:
    if not adapter.good:
        others = [""] * (len(ALWAYS) + len(REACHED) - 1)
        return Row([adapter.cell.entrant, no_good_round(adapter.rows), *others])
    always = (number(adapter.median(metric.column)) for metric in ALWAYS)
    return Row([adapter.cell.entrant, *always, *(_reached(adapter, it) for it in REACHED)])


def _reached(adapter: Summary, metric: Metric) -> Cell:
    """Write the time to something, and in how many rounds it never came to that."""
    values, rounds = adapter.values(metric.column), len(adapter.good)
    if not values:
        return message("table.never")
    words = number(adapter.median(metric.column))
    never = rounds - len(values)
    return message("table.never_in", words=words, never=never, rounds=rounds) if never else words


def _lost(adapters: Sequence[Summary]) -> Iterator[Message]:
    """Say who was told of rows that are not there."""
    for adapter in adapters:
        if rows := sum(adapter.values(ACKNOWLEDGED_LOST.column)):
            yield message("table.acknowledged_lost", adapter=adapter.cell.entrant, rows=int(rows))
