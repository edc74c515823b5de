"""The parts of a table that is too wide for its medium: some columns each, and the first again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.report.catalogue import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.report.model import Table

LONGEST_WORD = 16
"""Letters; a longer word may be broken."""
GAP = 1
"""Letters between two columns."""


def parts(table: Table, width: int) -> list[Table]:
    """Divide a table where it would break words, were it to be `width` letters wide.

    Each part has the title and the first column, the last one has the notes.
    """
    least = [_least(table, place) for place in range(len(table.columns))]
    if sum(least) + GAP * len(least) <= width:
        return [table]
    divided = [_part(table, places) for places in _packed(least, width)]
    return [*(replace(it, notes=()) for it in divided[:-1]), divided[-1]]


def _least(table: Table, place: int) -> int:
    """Return the letters that a column needs at least."""
    column = table.columns[place]
    texts = [text(column.heading), *(text(row.cells[place]) for row in table.rows)]
    if column.folds and not column.numeric:
        return min(LONGEST_WORD, max(len(word) for it in texts for word in it.split() or [""]))
    return max(len(line) for it in texts for line in it.splitlines() or [""])


def _packed(least: Sequence[int], width: int) -> list[list[int]]:
    """Put as many columns beside the first as there is room for, by their places."""
    packed: list[list[int]] = []
    room = -1
    for place, letters in enumerate(least[1:], 1):
        room -= letters + GAP
        if room < 0:
            packed.append([0])
            room = width - least[0] - GAP - letters - GAP
        packed[-1].append(place)
    return packed or [[0]]


def _part(table: Table, places: Sequence[int]) -> Table:
    return replace(
        table,
        columns=[table.columns[place] for place in places],
        rows=[replace(row, cells=[row.cells[place] for place in places]) for row in table.rows],
    )
