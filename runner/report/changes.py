"""The changes between two runs as a table: under each cell a line for each metric."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from runner.analysis.refusals import LEAKS
from runner.analysis.verdict import Verdict
from runner.messages import message
from runner.report.model import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.change import Change, RunComparison


def table(comparison: RunComparison) -> Table:
    """Return the changes from A to B. Cells that leak are in no line: nothing compares them."""
    steady = [
        change
        for change in comparison.changes
        if change.reason is None or not change.reason.mentions(LEAKS.id)
    ]
    return Table(
        title=message("changes.title"),
        columns=[Column(message("changes.cell")), Column(message("changes.change"))],
        rows=[
            row
            for cell, changes in groupby(steady, key=lambda change: change.cell)
            for row in _rows(cell, list(changes))
        ],
    )


def _rows(cell: str, changes: Sequence[Change]) -> Iterator[Row]:
    refused = all(change.verdict is Verdict.NOT_COMPARED for change in changes)
    if refused and len({change.words for change in changes}) == 1:  # whatever the metric
        yield Row([cell, changes[0].words])
        return
    yield Row([cell, ""])
    for change in changes:
        yield Row([message("changes.metric", metric=change.metric), change.words])
