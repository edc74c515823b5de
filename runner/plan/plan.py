"""The plan of a run: cells, their names and groups, and the order of each round. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from runner.axes import AXES, Conditions
from runner.roles import CONTROL, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.messages import Message

T = TypeVar("T")

LIMIT_AXES = frozenset(name for name, axis in AXES.items() if axis.limit_depends)

TURN = {"all": 1.0, "one": 0.5}
"""Seconds of a turn by `cpus`, where the user leaves the choice to us: docs/turns.md says why."""


@dataclass(frozen=True)
class Cell:
    """A contender under conditions."""

    contender: str
    """The user's name for it."""
    conditions: Conditions
    role: Role = Role.ADAPTER

    @property
    def group(self) -> str:
        """The name of the cells that are compared, which differ only in the contender."""
        if self.role is Role.LIMIT:
            return f"limit-{self.conditions.name(LIMIT_AXES)}"
        return self.conditions.name()

    @property
    def id(self) -> str:
        """A readable name that a file can have; no other cell of a plan has it."""
        axes = LIMIT_AXES if self.role is Role.LIMIT else None
        return f"{file_name(self.contender)}-{self.conditions.name(axes)}"


@dataclass(frozen=True)
class LeftOut:
    """A cell of the matrix that its adapter cannot do, and the reason."""

    cell: Cell
    reason: Message


@dataclass(frozen=True)
class Plan:
    """The cells that a run measures in each round, and those that it leaves out."""

    cells: tuple[Cell, ...]
    left_out: tuple[LeftOut, ...] = ()

    def groups(self) -> dict[str, tuple[Cell, ...]]:
        """Return the cells by their group."""
        groups: dict[str, tuple[Cell, ...]] = {}
        for cell in self.cells:
            groups[cell.group] = (*groups.get(cell.group, ()), cell)
        return groups


def order(plan: Plan, seed: int, round_: int) -> list[tuple[Cell, ...]]:
    """Return the groups of a round, shuffled, each with its cells shuffled; same seed, same order.

    `round_` is the round's number: every round has an order of its own.
    """
    shuffle = random.Random(f"{seed}/{round_}").shuffle
    groups = [list(cells) for cells in plan.groups().values()]
    shuffle(groups)
    for cells in groups:
        shuffle(cells)
    return [tuple(cells) for cells in groups]


def turns(cells: Sequence[T], number: int, seed: int, round_: int, group: str) -> list[T]:
    """Return the cells of a group in the order of their turn of that number, shuffled anew."""
    shuffled = list(cells)
    random.Random(f"{seed}/{round_}/{group}/{number}").shuffle(shuffled)
    return shuffled


def with_control(plan: Plan, baseline: str | None) -> Plan:
    """Return the plan with the baseline a second time in every group that compares (METHOD 8).

    The baseline is the first adapter of the plan where none is given. Cells that leak are not
    compared.
    """
    if not plan.cells:
        return plan
    name = baseline or plan.cells[0].contender
    cells = list(plan.cells)
    for group in plan.groups().values():
        twin = next((cell for cell in group if cell.contender == name), None)
        if twin and twin.conditions.steady and len(group) > 1:
            control = replace(twin, contender=CONTROL, role=Role.CONTROL)
            cells.insert(cells.index(group[-1]) + 1, control)
    return Plan(tuple(cells), plan.left_out)


def file_name(adapter: str) -> str:
    """Write a dotted path `package.module:Class` as every file system allows it."""
    return adapter.replace(":", ".")
