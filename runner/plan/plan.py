"""What a run measures: cells, their names and groups, and the order of each round. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from runner.roles import CONTROL

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

ORDER = ("workload", "profile", "cpus", "clients", "pool_size", "leak", "adapter")
"""The axes as the plan goes through them: the adapter last, so that groups stand together."""


TURN = {"all": 1.0, "one": 0.5}
"""Seconds of a turn by `cpus`, where the user leaves the choice to us: docs/turns.md says why."""


@dataclass(frozen=True)
class Cell:
    """One point of the matrix: everything that a measurement depends on. Times are seconds."""

    adapter: str
    """As the user calls it."""
    profile: str
    workload: str
    cpus: str
    clients: int
    pool_min: int
    pool_max: int
    acquire_timeout: float
    error_pause: float
    think_time: float
    hold: float
    leak: float
    leak_reference: str
    warmup: float
    duration: float
    """The counted time; means nothing where `operations_per_client` is set."""
    operations_per_client: int | None
    turn: float = 0.0
    """How long it has the machine at a time, the lead-in included; 0 is as long as it takes."""
    lead_in: float = 0.0

    @property
    def takes_turns(self) -> bool:
        """Whether its time is cut into turns: not where it changes as it runs (METHOD 3)."""
        return bool(self.turn) and self.operations_per_client is None and not self.leak

    @property
    def pool_size(self) -> int | None:
        """Both sizes of the pool, None where they differ."""
        return self.pool_max if self.pool_min == self.pool_max else None

    @property
    def group(self) -> str:
        """The name of what is compared with what: the cells that differ only in the adapter."""
        size = self.pool_size or f"{self.pool_min}to{self.pool_max}"
        parts = [self.workload, f"c{self.clients}", f"p{size}"]
        if self.leak:
            parts.append(f"leak{spelled(self.leak)}")
        if self.cpus != "all":
            parts.append(self.cpus)
        if self.profile != "equal":
            parts.append(self.profile)
        return "-".join(parts)

    @property
    def id(self) -> str:
        """A name that can be read and that a file can have, one of its kind in a plan."""
        return f"{file_name(self.adapter)}-{self.group}"


@dataclass(frozen=True)
class LeftOut:
    """A cell of the matrix that its adapter cannot do, and why, in words."""

    cell: Cell
    reason: str


@dataclass(frozen=True)
class Plan:
    """What a run measures in each round, and what it does not."""

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
    name = baseline or plan.cells[0].adapter
    cells = list(plan.cells)
    for group in plan.groups().values():
        twin = next((cell for cell in group if cell.adapter == name and not cell.leak), None)
        if twin and len(group) > 1:
            cells.insert(cells.index(group[-1]) + 1, replace(twin, adapter=CONTROL))
    return Plan(tuple(cells), plan.left_out)


def spelled(value: object) -> str:
    """Write a value of an axis: a whole number is written as one."""
    return str(value).removesuffix(".0")


def file_name(adapter: str) -> str:
    """Write a dotted path `package.module:Class` as every file system allows it."""
    return adapter.replace(":", ".")
