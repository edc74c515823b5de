"""The changes between the drills of two runs, as sentences and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.messages import message
from runner.report.drill_names import names
from runner.report.drill_tables import cell
from runner.report.model import Column, Emphasis, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analysis.word_changes import WordComparison
    from runner.messages import Message


def sentences(comparison: WordComparison) -> Iterator[Message]:
    """Yield how many cases say the same, and which only one of the runs has."""
    changed = len(comparison.changes)
    yield message("words.agree", count=comparison.common, same=comparison.common - changed)
    for run, alone in (("A", comparison.only_a), ("B", comparison.only_b)):
        if alone:
            yield message("words.only", run=run, count=len(alone), first=names(alone[0].key))


def table(comparison: WordComparison) -> Table:
    """Return a line for each case of which A and B say another word."""
    return Table(
        title=message("words.title"),
        columns=[
            Column(message("words.adapter"), folds=False),
            Column(message("words.drill")),
            Column(message("words.case")),
            Column("A"),
            Column("B"),
        ],
        rows=[
            Row(
                [*names(it.a.key), cell(it.a), cell(it.b)],
                Emphasis.STRONG if it.worse else Emphasis.NONE,
            )
            for it in comparison.changes
        ],
    )
