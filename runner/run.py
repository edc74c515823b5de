"""A run from its first round to its last: which group is measured when, and what is left to do."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from runner.group import Group
from runner.outcome import Place
from runner.plan import order
from runner.summary import paired

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from runner.group import Surroundings
    from runner.plan import Cell, Plan
    from runner.result import Result

Task = list[tuple["Cell", Place, int]]
"""The cells of a group in the order of measuring, each with its place and its number."""


def tasks(plan: Plan, rounds: int, seed: int, session: int) -> Iterator[Task]:
    """Yield every group of every round, in the shuffled order that the seed gives."""
    numbers = {cell: number for number, cell in enumerate(plan.cells, 1)}
    for round_ in range(1, rounds + 1):
        position = 0
        for cells in order(plan, seed, round_):
            places = [Place(session, round_, position + one) for one in range(1, len(cells) + 1)]
            position += len(cells)
            yield [(cell, place, numbers[cell]) for cell, place in zip(cells, places, strict=True)]


def missing(todo: Iterable[Task], results: Iterable[Result]) -> list[Task]:
    """Return the groups that no session has measured whole."""
    measured: dict[tuple[str, int], set[str]] = {}
    for row in paired(results):
        measured.setdefault((row.group, row.round), set()).add(row.cell)
    return [
        task
        for task in todo
        if {cell.id for cell, _, _ in task}
        - measured.get((task[0][0].group, task[0][1].round), set())
    ]


def measure(
    todo: Collection[Task], surroundings: Surroundings, ended: Callable[[Result], None]
) -> None:
    """Measure every group. Raises Interrupted between two cells, ServerError, StoreError."""
    for task in todo:
        with closing(Group(surroundings, task).measure()) as rows:
            for row in rows:
                ended(row)
                surroundings.interrupts.check()
