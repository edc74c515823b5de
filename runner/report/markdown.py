"""Tables in Markdown, for documents and the comments of a forge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.report.catalogue import text
from runner.report.formats import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.report.model import Cell, Table

SPECIAL = str.maketrans({"|": r"\|", "<": "&lt;", "\n": " "})
"""The characters that would end a cell, or begin something else in it."""


def markdown(table: Table) -> str:
    """Return a table; its title is a paragraph before it, its notes are one each after it."""
    return "\n".join(_paragraphs(table))


def _paragraphs(table: Table) -> Iterator[str]:
    if table.title:
        yield f"**{text(table.title)}**\n"
    yield _line(column.heading for column in table.columns)
    yield _line("---:" if column.numeric else "---" for column in table.columns)
    yield from (_line(row.cells) for row in table.rows)
    yield from (f"\n{text(note)}" for note in table.notes)
    yield ""


def _line(cells: Iterable[Cell]) -> str:
    return f"| {' | '.join(text(cell).translate(SPECIAL) or NOTHING for cell in cells)} |"
