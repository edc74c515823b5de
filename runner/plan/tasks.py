"""The tasks of a run: one group of one round after the other, each cell in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.plan.plan import order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.plan.plan import Cell, Plan


@dataclass(frozen=True)
class Place:
    """The place of a measured cell in a run; positions in a round begin with 1."""

    session: int
    round: int
    position: int


Task = list[tuple["Cell", Place, int]]
"""The cells of a group in the order of measuring, each with its place and its number."""


def tasks(plan: Plan, rounds: int, seed: int, session: int) -> Iterator[Task]:
    """Yield every group of every round, in the shuffled order that the seed gives."""
    numbers = {cell: number for number, cell in enumerate(plan.cells, 1)}
    for round_ in range(1, rounds + 1):
        position = 0
        for cells in order(plan, seed, round_):
            places = [
                Place(session, round_, position + index) for index in range(1, len(cells) + 1)
            ]
            position += len(cells)
            yield [(cell, place, numbers[cell]) for cell, place in zip(cells, places, strict=True)]
