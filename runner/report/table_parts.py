"""The parts of a table that is too wide for its medium: some columns each, and the first again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runner.report.catalogue import text
from runner.report.model import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_WORD = 16
"""Letters; a longer word may be broken."""
GAP = 2
"""Letters between two columns."""


@dataclass(frozen=True)
class Width:
    """The letters of a column."""

    least: int
    """Those of its longest word, or of its longest line where it is never folded."""
    whole: int
    """Those of its longest line."""


def parts(table: Table, width: int) -> list[Table]:
    """Divide a table where it would break words, were it to be `width` letters wide.

    Each part has the first column; the title is that of the first one, the notes are the last's.
    """
    widths = [_width(table, place) for place in range(len(table.columns))]
    if _needed(widths) <= width:
        return [table]
    divided = [_part(table, places) for places in _packed(widths, width)]
    divided[0] = replace(divided[0], title=table.title)
    divided[-1] = replace(divided[-1], notes=table.notes)
    return divided


def _width(table: Table, place: int) -> Width:
    column = table.columns[place]
    texts = [text(column.heading), *(text(row.cells[place]) for row in table.rows)]
    whole = max(len(line) for it in texts for line in it.splitlines() or [""])
    if column.numeric or not column.folds:
        return Width(whole, whole)
    word = max(len(word) for it in texts for word in it.split() or [""])
    return Width(min(LONGEST_WORD, word), whole)


def _needed(widths: Sequence[Width]) -> int:
    """Return the letters that columns need: wider ones are folded until all are alike."""
    alike = max(it.least for it in widths)
    return sum(max(it.least, min(it.whole, alike)) + GAP for it in widths)


def _packed(widths: Sequence[Width], width: int) -> list[list[int]]:
    """Put as many columns beside the first as there is room for, by their places."""
    packed = [[0]]
    for place in range(1, len(widths)):
        beside = [*packed[-1], place]
        if len(beside) > 2 and _needed([widths[it] for it in beside]) > width:  # noqa: PLR2004 - two
            packed.append([0])
        packed[-1].append(place)
    return packed


def _part(table: Table, places: Sequence[int]) -> Table:
    """Return some columns of a table, without its title and its notes."""
    return Table(
        None,
        [table.columns[place] for place in places],
        [replace(row, cells=[row.cells[place] for place in places]) for row in table.rows],
    )
