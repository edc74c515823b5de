"""The parts of an axis: the values that a matrix may list, their columns, names and refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from runner.messages import Message, message

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from adapters.base import Traits


# --- kinds of values that a matrix lists --------------------------------------------------------


@dataclass(frozen=True)
class Whole:
    """A whole number within bounds."""

    least: int
    most: int


@dataclass(frozen=True)
class Probability:
    """A number from 0 to 1, or a percentage: 0.5 or `50%`."""


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Name:
    """One of many names, where a misspelled one is worth a hint."""

    known: Collection[str]
    section: str = ""
    """The section of the configuration in which users name others; then dotted paths are taken
    too."""


@dataclass(frozen=True)
class PerSecond:
    """A number a second, a percentage of what was found, or `none`: 2000 or `70%`."""


@dataclass(frozen=True)
class OneFault:
    """A fault, or `none`."""


@dataclass(frozen=True)
class RoundTripTime:
    """A time with its unit, or `none`: `1ms`; read as seconds."""


Kind: TypeAlias = Whole | Probability | Choice | Name | PerSecond | RoundTripTime | OneFault


# --- an axis ------------------------------------------------------------------------------------


class Promises(Protocol):
    """The promises of a contender, on which its refusals rest."""

    @property
    def traits(self) -> Traits:
        """The traits of its adapter."""

    @property
    def profiles(self) -> Collection[str]:
        """The profiles that it knows."""

    @property
    def options(self) -> Mapping[str, Any]:
        """The options of the user."""

    @property
    def unprepared(self) -> Mapping[str, Any] | None:
        """The options that it needs behind a pooler in transaction mode, as the one here is.

        None where none help.
        """


Refusal: TypeAlias = Callable[[Any, Promises], Message | None]
"""Say why a contender cannot have a listed value, as `has no ...`; None where it can."""


@dataclass(frozen=True)
class Axis:
    """One axis: its values in the YAML, in `cells.csv`, in names and titles, and its refusals."""

    columns: tuple[str, ...]
    """The columns of `cells.csv` that keep a value."""
    to_columns: Callable[[Any], tuple[object, ...]]
    """Turn a value into the cells of those columns."""
    from_columns: Callable[[Sequence[str]], Any]
    """Turn the texts of those columns back into the value. Raises ValueError."""
    doc: str = ""
    """The explanation for the writer of a configuration."""
    listable: Kind | None = None
    """The values that the matrix may list; None for an axis with one value in a whole run."""
    default: Any = None
    """The value that the matrix lists where it names none."""
    from_listed: Callable[[Any], Any] = lambda listed: listed
    """Turn a listed value into the value of the conditions: 5 into a pool of 5 to 5."""
    short: Callable[[Any], str] = lambda _: ""
    """Write a value for the name of a cell: `c10`; empty where it goes without saying."""
    phrase: Callable[[Any], Message] = lambda value: message("axis.value", value=spelled(value))
    """Write a value for titles and captions: `10 clients`."""
    added: Callable[[Message, Message], Message] = lambda title, phrase: message(
        "title.also", title=title, phrase=phrase
    )
    """Put the phrase after a title."""
    usual: Any = None
    """The value that titles leave out."""
    tacit: bool = False
    """Captions leave that out too."""
    not_kept: Any = None
    """The value in old reports that did not keep it; titles leave it out too."""
    limit_depends: bool = False
    """Each value has a limit of the server's own."""
    together: Any = None
    """What cells have in common in which it is compared, in the place of a value."""
    not_compared: str = ""
    """The reason why its values cannot be compared with each other; empty where they can."""
    refuses: Refusal = lambda _listed, _contender: None
    """Say why a contender cannot have a listed value; None where it can."""

    def value_in(self, row: Mapping[str, str]) -> Any:
        """Read the value from the columns of a line. Raises ValueError."""
        texts = [row.get(column) or "" for column in self.columns]
        try:
            return self.from_columns(texts)
        except ValueError as error:
            columns = ", ".join(self.columns)
            raise ValueError(f"{', '.join(texts)!r} in column {columns} is no value") from error


def spelled(value: object) -> str:
    """Write a value of an axis: a whole number is written as one."""
    return "none" if value is None else str(value).removesuffix(".0")


def declared(axis: Axis, default: Any = None) -> Any:
    """Declare a field of `Conditions`; without `default` it has that of the axis."""
    return field(default=axis.default if default is None else default, metadata={"axis": axis})


def one_column(column: str, parse: Callable[[str], Any], empty: Any = None) -> dict[str, Any]:
    """Keep a value as it is in one column; `empty` is the value of an empty field."""
    return {
        "columns": (column,),
        "to_columns": lambda value: (value,),
        "from_columns": lambda texts: parse(texts[0]) if texts[0] else empty,
    }


def time_of_a_run(column: str) -> Any:
    """Declare a time of the whole run: seconds, kept as milliseconds; None in old reports."""
    return declared(
        Axis(
            columns=(column,),
            to_columns=lambda seconds: (None if seconds is None else seconds * 1000,),
            from_columns=lambda texts: float(texts[0]) / 1000 if texts[0] else None,
        ),
        default=0.0,
    )
