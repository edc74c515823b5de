"""`--only axis=value`: the part of a plan that was asked for on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.config.complaints import ConfigError, nearest
from runner.plan.plan import ORDER, Cell, Plan, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def only(plan: Plan, filters: Sequence[str]) -> Plan:
    """Return the part of a plan that `axis=value` filters ask for; one axis twice is either.

    Raises ConfigError for an axis that is none, and for a value or a combination without a cell.
    """
    chosen: dict[str, list[str]] = {}
    complaints: list[str] = []
    for text in filters:
        axis, _, value = text.partition("=")
        chosen.setdefault(axis, []).append(value)
        complaints += _no_filter(plan, text, axis, value)
    if complaints:
        raise ConfigError(complaints)

    def asked(cell: Cell) -> bool:
        return all(
            any(_is(getattr(cell, axis), value) for value in values)
            for axis, values in chosen.items()
        )

    cells = tuple(cell for cell in plan.cells if asked(cell))
    if not cells:
        raise ConfigError([f"--only {' --only '.join(filters)}: no cell is all of this"])
    return Plan(cells, tuple(out for out in plan.left_out if asked(out.cell)))


def _no_filter(plan: Plan, text: str, axis: str, value: str) -> Iterator[str]:
    if axis not in ORDER or "=" not in text:
        hint = "" if axis in ORDER else nearest(axis, ORDER)
        yield f"--only {text}: must be axis=value, the axis one of {', '.join(ORDER)}{hint}"
        return
    there = dict.fromkeys(getattr(cell, axis) for cell in plan.cells)
    if not any(_is(one, value) for one in there):
        known = [spelled(one) for one in there if one is not None]
        choice = f"there are {', '.join(known)}{nearest(value, known)}" if known else "nor another"
        yield f"--only {text}: no cell has it; {choice}"


def _is(value: object, text: str) -> bool:
    """Whether a value is the one that a text names; `1`, `1.0` and `1e0` name the same."""
    if isinstance(value, int | float):
        try:
            return float(text) == value
        except ValueError:
            return False
    return value == text
