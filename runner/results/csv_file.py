"""Values as lines of CSV and back: a dataclass a line, a field a column."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, fields
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from runner.results.line_file import whole_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from _typeshed import DataclassInstance

L = TypeVar("L")

BOOLEANS = {"True": True, "False": False}

WRITTEN_TO_A_TENTH = 1_000_000
"""The least float that is written to a tenth; below it, to six digits."""

MOST = 10**18
"""The largest size of a number that is believed: beyond it arithmetic ends in overflows."""
LEAST = 1e-18
"""The smallest size of one that is not 0, as well."""
LONGEST_SHOWN = 80
"""Letters of a field that a complaint shows."""


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


def parse(
    text: str,
    read: Callable[[Mapping[str, str]], L],
    key: Callable[[L], Hashable] | None = None,
) -> list[L]:
    """Read a line for each value; a last line that was cut off does not count.

    `read` makes a value of the fields of a line; no two values may have the same `key`. Raises
    CsvError.
    """
    values, lines_of = [], dict[object, int]()
    for number, row in _rows(text):
        try:
            held = read(row)
        except KeyError as error:
            raise CsvError(f"line {number}: there is no column {error.args[0]}") from error
        except (TypeError, ValueError, OverflowError) as error:
            raise CsvError(f"line {number}: {error}") from error
        if key and (first := lines_of.setdefault(key(held), number)) != number:
            raise CsvError(f"lines {first} and {number} hold the same measurement")
        values.append(held)
    return values


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each line with its number, its fields by column. Raises CsvError."""
    rows = csv.reader(io.StringIO(whole_lines(text)))
    try:
        names = next(rows, [])
        for fields_ in filter(None, rows):
            if len(fields_) < len(names):
                missing = names[len(fields_)]
                raise CsvError(f"line {rows.line_num}: nothing in column {missing}")
            if len(fields_) > len(names):
                raise CsvError(f"line {rows.line_num}: more fields than columns")
            yield rows.line_num, dict(zip(names, fields_, strict=True))
    except csv.Error as error:
        raise CsvError(f"line {rows.line_num}: {error}") from error


def reader(kind: type[L], least: float = -MOST) -> Callable[[Mapping[str, str]], L]:
    """Read a line as a dataclass; columns that an older version lacked have their defaults.

    No number may be below `least`.
    """
    types = get_type_hints(kind)

    def read(row: Mapping[str, str]) -> L:
        return kind(**{name: value(row, name, types[name], least) for name in types if name in row})

    return read


def value(row: Mapping[str, str], column: str, kind: Any, least: float = -MOST) -> Any:
    """Read a field: of the first type of a union, None where an empty one may be that.

    Raises ValueError, for a number below `least` as well.
    """
    text = row[column]
    options = get_args(kind) or (kind,)
    if text == "" and NoneType in options:
        return None
    shown = repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}...")
    try:
        read = BOOLEANS[text] if options[0] is bool else options[0](text)
    except (KeyError, ValueError) as error:
        raise ValueError(f"{shown} in column {column} is no {options[0].__name__}") from error
    if not believable(read, least):
        raise ValueError(f"{shown} in column {column} is no number that a run can have")
    return read


def believable(value: object, least: float = 0) -> bool:
    """Tell numbers that a run can have from those of an absurd size, not finite, or too small."""
    if not isinstance(value, int | float) or value == 0:
        return True
    return least <= value <= MOST and abs(value) >= LEAST


def unbelievable(line: DataclassInstance) -> str | None:
    """Name a number of a line that its own reader would refuse; None where there is none."""
    for name in columns(type(line)):
        if not believable(held := getattr(line, name)):
            return f"{held!r} in column {name} is no number that a run can have"
    return None


def _text(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    """Write floats to six digits; a line of text stays a line, so that a cut one is seen."""
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < WRITTEN_TO_A_TENTH else f"{value:.1f}"
    return " ".join(value.splitlines()) if isinstance(value, str) else value
