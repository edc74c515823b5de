"""Tables and sentences on a terminal; no other module of `report` knows rich."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from runner.redaction import REDACTOR, visible
from runner.report.catalogue import text
from runner.report.model import Emphasis
from runner.report.table_parts import parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

    from runner.messages import Message
    from runner.report.model import Column, Section, Table

POINT = "-"
STYLES = {Emphasis.NONE: "", Emphasis.STRONG: "bold", Emphasis.REFERENCE: "italic"}


class Terminal(Console):
    """A console that shows no secret and no control character of a text."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Make the lines of a text; every text that is printed, in a table too, comes here."""
        rendered = super().render_str(visible(text), **options)
        rendered.plain = REDACTOR.masked(rendered.plain)  # after its markup has been read
        return rendered


def terminal() -> Console:
    """Make the console of a command, on standard output."""
    return Terminal(highlight=False, emoji=False)


def show_section(console: Console, section: Section) -> None:
    """Print a section and a blank line after each part of it."""
    if section.title:
        console.print(f"[bold]{escape(text(section.title))}[/bold]")
    if section.points:
        points = RichTable.grid(padding=(0, 1, 0, 0))
        for point in section.points:
            points.add_row(POINT, escape(text(point)))
        console.print(points)
        console.print()
    if section.sentences:
        show_sentences(console, section.sentences, fold=True)
        console.print()
    for table in section.tables:
        show_table(console, table)
        console.print()


def show_table(console: Console, table: Table) -> None:
    """Print a table and its notes, as wide as the terminal allows; a wider one in parts."""
    for part in parts(table, console.width):
        console.print(rendered(part))
        for note in part.notes:
            console.print(escape(text(note)))


def show_sentences(console: Console, messages: Iterable[Message], *, fold: bool = False) -> None:
    """Print a line for each message; a terminal breaks a long one, unless it is to be folded."""
    for message in messages:
        console.print(escape(text(message)), soft_wrap=not fold)


def rendered(table: Table) -> RichTable:
    """Return a table as rich draws it; nothing is ever cut off."""
    rich = RichTable(
        title=escape(text(table.title)) if table.title else None,
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD if table.headed else None,
        show_header=table.headed,
    )
    rich.padding, rich.pad_edge = (0, 1, 0, 0), not table.headed
    for column in table.columns:
        _add_column(rich, column)
    for row in table.rows:
        cells = (escape(text(cell)) for cell in row.cells)
        rich.add_row(*cells, style=STYLES[row.emphasis])
    return rich


def _add_column(rich: RichTable, column: Column) -> None:
    rich.add_column(
        escape(text(column.heading)),
        justify="right" if column.numeric else "left",
        no_wrap=column.numeric or not column.folds,
        overflow="fold",
        vertical="top",
    )
