"""Tables and sections in Markdown, for documents and the comments of a forge."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from runner.redaction import visible
from runner.report.catalogue import text
from runner.report.formats import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.messages import Message
    from runner.report.model import Cell, Section, Table

SPECIAL = str.maketrans({"|": r"\|", "<": "&lt;"})
"""The characters that would end a cell, or begin something else in it."""
MARKUP = str.maketrans({"<": "&lt;", "*": r"\*", "_": r"\_", "`": r"\`", "~": r"\~", "\n": " "})
"""The characters that would begin something else in a paragraph."""


def page(sections: Iterable[Section]) -> str:
    """Return sections one after the other: points as a list, sentences as paragraphs."""
    return "\n".join(chain.from_iterable(map(_section, sections)))


def _section(section: Section) -> Iterator[str]:
    if section.title:
        yield f"## {_plain(section.title)}\n"
    yield from (f"- {_plain(point)}" for point in section.points)
    if section.points:
        yield ""
    yield from (f"{_plain(sentence)}\n" for sentence in section.sentences)
    yield from map(markdown, section.tables)


def _plain(message: Message) -> str:
    """Write a text so that nothing in it is taken for markup."""
    return visible(text(message)).translate(MARKUP)


def markdown(table: Table) -> str:
    """Return a table; its title is a paragraph before it, its notes are one each after it."""
    return "\n".join(_paragraphs(table))


def _paragraphs(table: Table) -> Iterator[str]:
    if table.title:
        yield f"**{visible(text(table.title))}**\n"
    yield _line((column.heading for column in table.columns), " ")
    yield _line("---:" if column.numeric else "---" for column in table.columns)
    yield from (_line(row.cells, "<br>") for row in table.rows)
    yield from (f"\n{visible(text(note))}" for note in table.notes)
    yield ""


def _line(cells: Iterable[Cell], joint: str = " ") -> str:
    """Write the cells of a row; `joint` is between the lines of one."""
    words = (
        visible(text(cell)).translate(SPECIAL).replace("\n", joint) or NOTHING for cell in cells
    )
    return f"| {' | '.join(words)} |"
