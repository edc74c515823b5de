"""Tables before they are rendered: values in no language and for no medium."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.messages import Message

    Cell: TypeAlias = Message | str
    """A name or a number is text: it is the same in every language."""


class Emphasis(Enum):
    """The weight of a row among the others."""

    NONE = "none"
    STRONG = "strong"
    """A row that a reader looks for."""
    REFERENCE = "reference"
    """A row that the others are held against."""


@dataclass(frozen=True)
class Column:
    """The heading of a column, and what is under it."""

    heading: Cell
    """Lines are for media that have room for few letters."""
    numeric: bool = False
    """Numbers are at the right, and never folded."""
    folds: bool = True
    """A text that is too long is folded; a short one, such as a name, never."""


@dataclass(frozen=True)
class Row:
    """A line of a table."""

    cells: Sequence[Cell]
    emphasis: Emphasis = Emphasis.NONE
    about: str = ""
    """The id of the cell that it tells of, for media that have links."""


@dataclass(frozen=True)
class Table:
    """A title, columns, rows, and notes under them."""

    title: Message | None
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[Message] = ()

    @property
    def headed(self) -> bool:
        """Any column has a heading."""
        return any(column.heading for column in self.columns)


@dataclass(frozen=True)
class Section:
    """A part of the end of a run: points, sentences and tables, in that order."""

    title: Message | None = None
    points: Sequence[Message] = ()
    """Sentences that are listed."""
    sentences: Sequence[Message] = ()
    tables: Sequence[Table] = ()
