"""The plan of a run: cells, their names and groups, and the order of each round. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from runner.axes import AXES, Conditions
from runner.roles import CONTROL, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.messages import Message

T = TypeVar("T")

LIMIT_AXES = frozenset(name for name, axis in AXES.items() if axis.limit_depends)


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
    limited: Mapping[Cell, int] = field(default_factory=dict)
    """Cell -> the number of first rounds in which it is measured; the others are in every round."""
    idle_excludes: tuple[int, ...] = ()
    """The numbers of the excludes that match no cell."""

    def rounds_of(self, cell: Cell, rounds: int) -> int:
        """Count the rounds in which a cell is measured, in a run of `rounds` rounds."""
        return min(rounds, self.limited.get(cell, rounds))

    def rows(self, rounds: int) -> int:
        """Count the rows that a run of `rounds` rounds should have."""
        return sum(self.rounds_of(cell, rounds) for cell in self.cells)

    def in_round(self, round_: int) -> Plan:
        """Return the part of the plan that is measured in the round of that number."""
        measured = (cell for cell in self.cells if self.rounds_of(cell, round_) == round_)
        return replace(self, cells=tuple(measured))

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
    groups = [list(cells) for cells in plan.in_round(round_).groups().values()]
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
    cells, limited = list(plan.cells), dict(plan.limited)
    for group in plan.groups().values():
        twin = next((cell for cell in group if cell.contender == name), None)
        if twin and twin.conditions.steady and len(group) > 1:
            control = replace(twin, contender=CONTROL, role=Role.CONTROL)
            cells.insert(cells.index(group[-1]) + 1, control)
            if twin in limited:
                limited[control] = limited[twin]
    return replace(plan, cells=tuple(cells), limited=limited)


def file_name(adapter: str) -> str:
    """Write a dotted path `package.module:Class` as every file system allows it."""
    return adapter.replace(":", ".")
