"""What must hold, as load testers know it: `"adapter=psycopg3 clients=50": [ops_per_s > 1000]`."""

from __future__ import annotations

import math
import operator
import re
from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from runner.config.complaints import ConfigError, Key, nearest
from runner.plan.filters import only
from runner.plan.plan import Plan
from runner.results.row import NUMBERS
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from runner.plan.plan import Cell
    from runner.results.row import Row
    from runner.results.rows import Rows

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
CONDITION = re.compile(r"\s*(\w+)\s*([<>=!]+)\s*(\S+)\s*", re.ASCII)
EVERY = "all"
NOT_MEASURED = "not measured"
NO_GOOD_ROUND = "no good round"


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


@dataclass(frozen=True)
class Threshold:
    """What must hold of some cells."""

    selector: str
    """As written."""
    condition: Condition
    cells: tuple[str, ...]
    """The ids of the cells that the selector names."""


@dataclass(frozen=True)
class Judged:
    """One condition on one cell, and whether it held: a line of `thresholds.csv`."""

    cell: str
    condition: str
    value: float | None
    """The median over the good rounds; None where there is none."""
    passed: bool
    reason: str = ""
    """Why there is no value."""


def checked(
    thresholds: Mapping[str, Sequence[str]],
    cells: Iterable[Cell],
    complain: Callable[[Key, str], str],
) -> list[Threshold]:
    """Return the thresholds of a configuration, each with its cells among those of the plan.

    `complain` puts the place before a sentence (`config.complaint`). The control is no cell of the
    user's. Raises ConfigError with everything that is wrong.
    """
    plan = Plan(tuple(cell for cell in cells if cell.role is Role.ADAPTER))
    found: list[Threshold] = []
    complaints: list[str] = []
    for selector, conditions in thresholds.items():
        key: Key = ("thresholds", selector)
        chosen: tuple[str, ...] = ()
        try:
            chosen = _chosen(plan, selector)
        except ConfigError as error:
            complaints += [complain(key, sentence) for sentence in error.complaints]
        if not conditions:
            complaints.append(complain(key, "must have at least one condition"))
        for index, text in enumerate(conditions):
            try:
                found.append(Threshold(selector, _condition(text), chosen))
            except ValueError as error:
                complaints.append(complain((*key, index), str(error)))
    if complaints:
        raise ConfigError(complaints)
    return found


def _chosen(plan: Plan, selector: str) -> tuple[str, ...]:
    """Return the cells that a selector names, as `--only` would choose them."""
    words = [] if selector.strip() == EVERY else selector.split()
    filters = [single for word in words for single in _singles(word)]
    try:
        return tuple(cell.id for cell in only(plan, filters).cells)
    except ConfigError as error:
        raise ConfigError([text.replace("--only ", "") for text in error.complaints]) from None


def _singles(word: str) -> list[str]:
    """Write `clients=10,50` as `clients=10` and `clients=50`."""
    axis, equals, values = word.partition("=")
    return [f"{axis}{equals}{value}" for value in values.split(",")]


def _condition(text: str) -> Condition:
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


def judge(
    thresholds: Iterable[Threshold],
    rows: Rows,
    cells: Collection[str] | None = None,
) -> list[Judged]:
    """Return for each threshold and each of its cells whether it held.

    `cells` are those that were to be measured (`--only`); all where it is left out. A cell without
    a good round has not held, nor a column without a value.
    """
    good: dict[str, list[Row]] = defaultdict(list)
    for row in rows.every:
        if not row.bad:
            good[row.cell.id].append(row)
    return [
        _judged(cell, threshold.condition, good[cell])
        for threshold in thresholds
        for cell in threshold.cells
        if cells is None or cell in cells
    ]


def _judged(cell: str, condition: Condition, rows: Sequence[Row]) -> Judged:
    found = (getattr(row, condition.column) for row in rows)
    values = [value for value in found if value is not None]
    if not values:
        reason = NOT_MEASURED if rows else NO_GOOD_ROUND
        return Judged(cell, str(condition), None, passed=False, reason=reason)
    value = median(values)
    return Judged(cell, str(condition), value, condition.holds(value))


def table(judged: Iterable[Judged]) -> Table:
    """Return what a person reads of it."""
    made = Table("cell", "must hold", "median", "", box=SIMPLE_HEAD)
    for one in judged:
        found = one.reason if one.value is None else f"{one.value:.6g}"
        verdict = "passed" if one.passed else "FAILED"
        made.add_row(*map(escape, (one.cell, one.condition, found, verdict)))
    return made
