"""A condition on a column of `cells.csv`: `ops_per_s > 1000`."""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.config.complaints import nearest
from runner.results.row import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
CONDITION = re.compile(r"\s*(\w+)\s*([<>=!]+)\s*(\S+)\s*", re.ASCII)


@dataclass(frozen=True)
class Condition:
    """A column of `cells.csv`, an operator and a number, in the column's unit."""

    column: str
    operator: str
    number: float

    def __str__(self) -> str:
        return f"{self.column} {self.operator} {self.number:.10g}"

    def holds(self, value: float) -> bool:
        """Return whether a value is as it must be."""
        return OPERATORS[self.operator](value, self.number)


def condition(text: str) -> Condition:
    """Read a condition. Raises ValueError with a sentence."""
    match = CONDITION.fullmatch(text)
    if not match:
        raise ValueError(f"must be COLUMN OPERATOR NUMBER such as ops_per_s > 1000, is {text!r}")
    column, sign, number = match.groups()
    if column not in NUMBERS:
        hint = nearest(column, NUMBERS)
        raise ValueError(
            f"must begin with a column of measured numbers such as ops_per_s, is {column!r}{hint}"
        )
    if sign not in OPERATORS:
        raise ValueError(f"the operator must be one of {' '.join(OPERATORS)}, is {sign!r}")
    return Condition(column, sign, _number(number))


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"must end with a finite number without a unit, is {text!r}")
    return number
