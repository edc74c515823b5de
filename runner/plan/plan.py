"""The plan of a run: cells, their names and groups, and the order of each round. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from runner.axes import ADAPTER, AXES, Conditions, entrant_of, file_name
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
    compared: str = ADAPTER
    """The axis in which the cells of its group differ."""

    @property
    def entrant(self) -> str:
        """Its name among those that it is compared with: `psycopg3`, or `pool_size 10`."""
        if self.role is not Role.ADAPTER:
            return self.role.entrant
        of_adapter = self.compared == ADAPTER
        value = self.contender if of_adapter else getattr(self.conditions, self.compared)
        return entrant_of(self.compared, value)

    @property
    def common(self) -> Conditions:
        """The conditions that the cells of its group have in common: the key of the group."""
        if self.compared == ADAPTER:
            return self.conditions
        together = {self.compared: AXES[self.compared].together}
        return replace(self.conditions, **together, adapter=self.contender)

    @property
    def group(self) -> str:
        """The name of the cells that are compared, which differ only in one axis."""
        if self.role is Role.LIMIT:
            return f"limit-{self.conditions.name(LIMIT_AXES)}"
        return self.common.name()

    @property
    def id(self) -> str:
        """A readable name that a file can have; no other cell of a plan has it."""
        axes = LIMIT_AXES if self.role is Role.LIMIT else None
        name = f"{file_name(self.contender)}-{self.conditions.name(axes)}"
        again = self.role is Role.CONTROL and self.compared != ADAPTER
        return f"{CONTROL}+{name}" if again else name  # no adapter's name has a +


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

    @property
    def entrants(self) -> list[str]:
        """The names of what is compared, in the order of the plan; the control is none."""
        return list(dict.fromkeys(it.entrant for it in self.cells if it.role is Role.ADAPTER))

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

    `baseline` is the name of an entrant: the first of the plan where none is given. Cells that leak
    are not compared.
    """
    if not plan.cells:
        return plan
    name = baseline or plan.cells[0].entrant
    cells, limited = list(plan.cells), dict(plan.limited)
    for group in plan.groups().values():
        twin = next((cell for cell in group if cell.entrant == name), None)
        if twin and twin.conditions.steady and len(group) > 1:
            control = _control(twin)
            cells.insert(cells.index(group[-1]) + 1, control)
            if twin in limited:
                limited[control] = limited[twin]
    return replace(plan, cells=tuple(cells), limited=limited)


def _control(twin: Cell) -> Cell:
    """Return a cell a second time; among adapters the control is one under a name of its own."""
    contender = CONTROL if twin.compared == ADAPTER else twin.contender
    return replace(twin, contender=contender, role=Role.CONTROL)
