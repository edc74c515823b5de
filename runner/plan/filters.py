"""`--only axis=value`: the part of a plan that was asked for on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.axes import MATRIX
from runner.axis import spelled
from runner.config.complaints import ConfigError, nearest
from runner.plan.plan import Cell, Plan

FILTER_AXES = (*MATRIX, "adapter")
"""The axes that can be asked for."""

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def only(plan: Plan, filters: Sequence[str], option: str = "--only ") -> Plan:
    """Return the part of a plan that `axis=value` filters ask for; one axis twice is either.

    `option` precedes each filter in a complaint.
    Raises ConfigError for an axis that is none, and for a value or a combination without a cell.
    """
    chosen: dict[str, list[str]] = {}
    complaints: list[str] = []
    for text in filters:
        axis, _, value = text.partition("=")
        chosen.setdefault(axis, []).append(value)
        complaints += (f"{option}{text}: {why}" for why in _no_filter(plan, text, axis, value))
    if complaints:
        raise ConfigError(complaints)

    def asked(cell: Cell) -> bool:
        return all(
            any(_is(_value(cell, axis), value) for value in values)
            for axis, values in chosen.items()
        )

    cells = tuple(cell for cell in plan.cells if asked(cell))
    if not cells:
        raise ConfigError([f"{option}{f' {option}'.join(filters)}: no cell is all of this"])
    return Plan(
        cells,
        tuple(out for out in plan.left_out if asked(out.cell)),
        {cell: rounds for cell, rounds in plan.limited.items() if asked(cell)},
    )


def _no_filter(plan: Plan, text: str, axis: str, value: str) -> Iterator[str]:
    if axis not in FILTER_AXES or "=" not in text:
        hint = "" if axis in FILTER_AXES else nearest(axis, FILTER_AXES)
        yield f"must be axis=value, the axis one of {', '.join(FILTER_AXES)}{hint}"
        return
    there = dict.fromkeys(_value(cell, axis) for cell in plan.cells)
    if not any(_is(existing, value) for existing in there):
        known = [spelled(existing) for existing in there if existing is not None]
        choice = f"there are {', '.join(known)}{nearest(value, known)}" if known else "nor another"
        yield f"no cell has it; {choice}"


def _value(cell: Cell, axis: str) -> object:
    return cell.contender if axis == "adapter" else getattr(cell.conditions, axis)


def _is(value: object, text: str) -> bool:
    """Tell whether a value is the one that a text names; `1`, `1.0` and `1e0` name the same."""
    if isinstance(value, int | float):
        try:
            return float(text) == value
        except ValueError:
            return False
    return str(value) == text
