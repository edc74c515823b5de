"""Values as lines of CSV and back: a dataclass a line, a field a column."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, fields
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from runner.results.line_file import whole_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from _typeshed import DataclassInstance

L = TypeVar("L")

BOOLEANS = {"True": True, "False": False}

WRITTEN_TO_A_TENTH = 1_000_000
"""The least float that is written to a tenth; below it, to six digits."""


class CsvError(Exception):
    """A line that is none of the expected kind; the message names line and column."""


def columns(kind: type[DataclassInstance]) -> tuple[str, ...]:
    """List the columns of a dataclass."""
    return tuple(column.name for column in fields(kind))


def header(columns: Iterable[str]) -> str:
    """Write the line of the column names."""
    return _text([columns])


def lines(values: Iterable[DataclassInstance]) -> str:
    """Write a line for each value."""
    return body(asdict(value) for value in values)


def body(rows: Iterable[Mapping[str, object]]) -> str:
    """Write a line for each mapping of columns."""
    return _text(row.values() for row in rows)


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Write rows that share their columns, the line of the column names first."""
    return header(rows[0]) + body(rows)


def parse(text: str, read: Callable[[Mapping[str, str]], L]) -> list[L]:
    """Read a line for each value; a last line that was cut off does not count.

    `read` makes a value of the fields of a line. Raises CsvError.
    """
    rows = csv.DictReader(io.StringIO(whole_lines(text)))
    values = []
    for row in rows:
        try:
            values.append(read(_full(row)))
        except KeyError as error:
            raise CsvError(f"line {rows.line_num}: there is no column {error.args[0]}") from error
        except (TypeError, ValueError) as error:
            raise CsvError(f"line {rows.line_num}: {error}") from error
    return values


def _full(row: Mapping[str, str | None]) -> Mapping[str, str]:
    """Refuse a line that has fewer fields than columns."""
    for column, text in row.items():
        if text is None:
            raise ValueError(f"nothing in column {column}")
    return {column: text for column, text in row.items() if text is not None}


def reader(kind: type[L]) -> Callable[[Mapping[str, str]], L]:
    """Read a line as a dataclass; columns that an older version lacked have their defaults."""
    types = get_type_hints(kind)

    def read(row: Mapping[str, str]) -> L:
        return kind(**{name: value(row, name, types[name]) for name in types if name in row})

    return read


def value(row: Mapping[str, str], column: str, kind: Any) -> Any:
    """Read a field: of the first type of a union, None where an empty one may be that.

    Raises ValueError.
    """
    text = row[column]
    options = get_args(kind) or (kind,)
    if text == "" and NoneType in options:
        return None
    try:
        return BOOLEANS[text] if options[0] is bool else options[0](text)
    except (KeyError, ValueError) as error:
        raise ValueError(f"{text!r} in column {column} is no {options[0].__name__}") from error


def _text(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    """Write floats to six digits; a line of text stays a line, so that a cut one is seen."""
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < WRITTEN_TO_A_TENTH else f"{value:.1f}"
    return " ".join(value.splitlines()) if isinstance(value, str) else value
