"""`--only axis=value`: the part of a plan that was asked for on the command line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runner.axes import MATRIX
from runner.axis import spelled
from runner.config.complaints import ConfigError, nearest
from runner.config.percentage import read_percent

FILTER_AXES = (*MATRIX, "adapter")
"""The axes that can be asked for."""

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.plan.plan import Cell, Plan


def singles(filters: Iterable[str]) -> list[str]:
    """Write each filter with one value: `clients=10,50` as `clients=10` and `clients=50`."""
    return [
        f"{axis}{equals}{value.strip()}"
        for axis, equals, values in (text.partition("=") for text in filters)
        for value in values.split(",")
    ]


def no_axis(text: str) -> str | None:
    """Say why a text is no filter, whatever the plan; None where it is one."""
    axis, equals, _ = text.partition("=")
    if equals and axis in FILTER_AXES:
        return None
    hint = "" if axis in FILTER_AXES else nearest(axis, FILTER_AXES)
    return f"must be axis=value, the axis one of {', '.join(FILTER_AXES)}{hint}"


def no_axes(filters: Sequence[str], option: str = "--only ") -> list[str]:
    """List what is wrong with filters whatever the plan, a sentence each."""
    told = ((text, no_axis(text)) for text in singles(filters))
    return [f"{option}{text}: {sentence}" for text, sentence in told if sentence]


def only(plan: Plan, filters: Sequence[str], option: str = "--only ") -> Plan:
    """Return the part of a plan that `axis=value` filters ask for.

    One axis twice is either, and so is `axis=value,value`.

    `option` precedes each filter in a complaint.
    Raises ConfigError for an axis that is none, and for a value or a combination without a cell.
    """
    chosen: dict[str, list[str]] = {}
    complaints: list[str] = []
    for text in singles(filters):
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
    return replace(
        plan,
        cells=cells,
        left_out=tuple(out for out in plan.left_out if asked(out.cell)),
        limited={cell: rounds for cell, rounds in plan.limited.items() if asked(cell)},
    )


def _no_filter(plan: Plan, text: str, axis: str, value: str) -> Iterator[str]:
    if sentence := no_axis(text):
        yield sentence
        return
    there = dict.fromkeys(_value(cell, axis) for cell in plan.cells)
    if not any(_is(existing, value) for existing in there):
        known = [spelled(existing) for existing in there]
        choice = f"there are {', '.join(known)}{nearest(value, known)}" if known else "nor another"
        yield f"no cell has it; {choice}"


def _value(cell: Cell, axis: str) -> object:
    return cell.contender if axis == "adapter" else getattr(cell.conditions, axis)


def _is(value: object, text: str) -> bool:
    """Tell whether a value is the one that a text names; `1`, `1.0` and `100%` name the same."""
    if value is None:
        return text == spelled(None)
    if isinstance(value, int | float):
        number: Any = read_percent(text) if isinstance(value, float) else text
        try:
            return float(number) == value
        except ValueError:
            return False
    return text in (str(value), str(value).partition(" ")[0])  # a fault also by its kind
