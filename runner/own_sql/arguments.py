"""The arguments of a statement: seeded generators, one for each type that they may have."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

Draw = Callable[[Random], object]
"""Draw a value; the same seed draws the same ones for every adapter."""

LARGEST = {"int": 2**31 - 1, "bigint": 2**63 - 1}
"""Type -> the largest whole number of that type in PostgreSQL."""

EXACT = 2**53
"""Whole numbers up to here have a floating-point number each."""

LONGEST_TEXT = 100_000

EXAMPLES = (
    "{int: [1, 100]}, {bigint: [1, 100]}, {float: [0, 1]}, {text: [5, 20]} (a length), "
    "{date: [2024-01-01, 2024-12-31]}, {bool: 0.5} (the share of true), {choice: [a, b]}"
)


@dataclass(frozen=True)
class Argument:
    """The type of an argument, and the bounds or the choice of its values."""

    kind: str
    values: tuple[Any, ...]

    @property
    def plain(self) -> dict[str, Any]:
        """The argument as it is written in YAML and JSON."""
        values = [str(it) if isinstance(it, dt.date) else it for it in self.values]
        return {self.kind: values[0] if self.kind == "bool" else values}

    @property
    def whole(self) -> bool:
        """A whole number: what pgbench can draw too."""
        return self.kind in LARGEST

    def draw(self) -> Draw:
        """Return the generator."""
        return DRAWS[self.kind](*self.values) if self.kind != "choice" else _choice(self.values)


def read_argument(value: object) -> Argument:
    """Read an argument as it is written. Raises ValueError with a sentence."""
    if isinstance(value, Argument):
        return value
    if not (isinstance(value, dict) and len(value) == 1):
        raise ValueError(f"must be one of {EXAMPLES}")
    ((kind, given),) = value.items()
    if kind not in READERS:
        raise ValueError(f"{kind} is no type of an argument; it must be one of {EXAMPLES}")
    return Argument(kind, READERS[kind](kind, given))


def _bounds(kind: str, given: object) -> Sequence[Any]:
    """Check that there are two bounds, the first not above the second."""
    pair = given if isinstance(given, list | tuple) else ()
    if len(pair) != 2:  # noqa: PLR2004 - a pair
        raise ValueError(f"{kind} must have two bounds, such as [1, 100]")
    return pair


def _in_order(kind: str, least: Any, most: Any) -> tuple[Any, Any]:
    if least > most:
        raise ValueError(f"{kind} must have its least bound first, has [{least}, {most}]")
    return least, most


def _whole(kind: str, given: object) -> tuple[Any, ...]:
    least, most = _bounds(kind, given)
    for bound in (least, most):
        if type(bound) is not int:
            raise ValueError(f"{kind} must have whole numbers as bounds, has {bound!r}")
        if not -LARGEST[kind] - 1 <= bound <= LARGEST[kind]:
            raise ValueError(f"{bound} is no {kind} of PostgreSQL")
    return _in_order(kind, least, most)


def _float(kind: str, given: object) -> tuple[Any, ...]:
    least, most = _bounds(kind, given)
    for bound in (least, most):
        number = isinstance(bound, int | float) and not isinstance(bound, bool)
        if not number or not math.isfinite(bound):
            raise ValueError(f"{kind} must have finite numbers as bounds, has {bound!r}")
    return _in_order(kind, float(least), float(most))


def _text(kind: str, given: object) -> tuple[Any, ...]:
    pair = (given, given) if isinstance(given, int) else _bounds(kind, given)
    for bound in pair:
        whole = isinstance(bound, int) and not isinstance(bound, bool)
        if not whole or not 0 <= bound <= LONGEST_TEXT:
            raise ValueError(
                f"{kind} must have lengths from 0 to {LONGEST_TEXT} as bounds, has {bound!r}"
            )
    return _in_order(kind, *pair)


def _date(kind: str, given: object) -> tuple[Any, ...]:
    try:
        days = [dt.date.fromisoformat(str(bound)) for bound in _bounds(kind, given)]
    except ValueError:
        raise ValueError(
            f"{kind} must have two days as bounds, such as [2024-01-01, 2024-12-31]"
        ) from None
    return _in_order(kind, *days)


def _bool(kind: str, given: object) -> tuple[Any, ...]:
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if not number or not 0 <= float(str(given)) <= 1:
        raise ValueError(f"{kind} must have a share of true from 0 to 1, such as 0.5")
    return (given,)


def _some(kind: str, given: object) -> tuple[Any, ...]:
    values = given if isinstance(given, list | tuple) else ()
    if not values:
        raise ValueError(f"{kind} must have a list of values, such as [a, b]")
    for value in values:
        finite = not isinstance(value, float) or math.isfinite(value)
        if not isinstance(value, str | int | float) or not finite:
            raise ValueError(f"{kind} must be of texts, numbers, true and false, has {value!r}")
    return tuple(values)


READERS: dict[str, Callable[[str, object], tuple[Any, ...]]] = {
    "int": _whole,
    "bigint": _whole,
    "float": _float,
    "text": _text,
    "date": _date,
    "bool": _bool,
    "choice": _some,
}
"""Type -> the reader of its bounds. The types in the order in which they are told."""


def _draw_whole(least: int, most: int) -> Draw:
    span = most - least + 1
    if span > EXACT:
        return lambda keys: keys.randint(least, most)
    return lambda keys: least + int(keys.random() * span)


def _draw_float(least: float, most: float) -> Draw:
    return lambda keys: least + keys.random() * (most - least)


def _draw_text(least: int, most: int) -> Draw:
    """Draw hexadecimal digits: no quicker way gives texts that are hardly ever the same."""
    span = most - least + 1

    def draw(keys: Random) -> str:
        length = least + int(keys.random() * span)
        return f"{keys.getrandbits(4 * length):0{length}x}" if length else ""

    return draw


def _draw_date(first: dt.date, last: dt.date) -> Draw:
    days = (last - first).days + 1
    return lambda keys: first + dt.timedelta(int(keys.random() * days))


def _draw_bool(share: float) -> Draw:
    return lambda keys: keys.random() < share


def _choice(values: tuple[Any, ...]) -> Draw:
    number = len(values)
    return lambda keys: values[int(keys.random() * number)]


DRAWS: dict[str, Callable[..., Draw]] = {
    "int": _draw_whole,
    "bigint": _draw_whole,
    "float": _draw_float,
    "text": _draw_text,
    "date": _draw_date,
    "bool": _draw_bool,
}
