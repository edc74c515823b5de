"""The changes between runs as a table: under each cell a line for each metric."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from runner.analysis.change import GOOD_RUNS
from runner.analysis.verdict import Verdict
from runner.messages import message
from runner.report.model import Column, Emphasis, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.change import Change, RunComparison
    from runner.messages import Message


def table(comparison: RunComparison) -> Table:
    """Return the changes from A to B. Cells that leak, or have a fault, are in no line."""
    steady = [change for change in comparison.changes if not change.unsteady]
    return Table(
        title=message("changes.title"),
        columns=[Column(message("changes.cell")), Column(message("changes.change"))],
        rows=[
            row
            for cell, changes in groupby(steady, key=lambda change: change.cell)
            for row in _rows(cell, list(changes))
        ],
        notes=list(_notes(comparison)),
    )


def _rows(cell: str, changes: Sequence[Change]) -> Iterator[Row]:
    refused = all(change.verdict is Verdict.NOT_COMPARED for change in changes)
    if refused and len({change.words for change in changes}) == 1:  # whatever the metric
        yield Row([cell, changes[0].words])
        return
    yield Row([cell, ""])
    for change in changes:
        name = message("changes.metric", metric=change.metric)
        yield Row([name, change.words], _emphasis(change))


def _emphasis(change: Change) -> Emphasis:
    """Put weight on a change that has a verdict, never on another."""
    shown = change.verdict is not None and (change.verdict.better or change.verdict.worse)
    return Emphasis.STRONG if shown else Emphasis.NONE


def _notes(comparison: RunComparison) -> Iterator[Message]:
    """Yield what the intervals of the table are, and how to narrow them."""
    repeated = {change.repeated for change in comparison.changes if change.low is not None}
    if True in repeated:
        yield message("changes.over_runs")
        if comparison.narrower:
            yield message("changes.more_runs", runs=GOOD_RUNS, share=comparison.narrower)
    if False in repeated:
        yield message("changes.within_runs")
