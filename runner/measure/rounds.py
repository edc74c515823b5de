"""A run from its first round to its last: which group is measured when, and what is left to do."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from runner.measure.cell_run import CUT_SHORT
from runner.measure.group import Group
from runner.plan.plan import order
from runner.results.outcome import Place
from runner.results.row_builder import paired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from runner.measure.group import Surroundings
    from runner.plan.plan import Cell, Plan
    from runner.results.row import Result

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
        if CUT_SHORT in row.flags.split():
            continue
        measured.setdefault((row.group, row.round), set()).add(row.cell)
    return [
        task
        for task in todo
        if {cell.id for cell, _, _ in task}
        - measured.get((task[0][0].group, task[0][1].round), set())
    ]


@dataclass(frozen=True)
class Around:
    """What happens beside the groups of a run."""

    limit: Callable[[Place], Iterator[Result]]
    """Measure what the server could do, once a round (METHOD 13); told where its first row is."""
    ended: Callable[[Result], None]
    """Called with each row."""
    yardstick: Callable[[int, str], None]
    """Measure the machine itself: the round, and `before` or `after` it."""
    enough: Callable[[int], bool]
    """Whether the run is over after that round."""
    counts_round_trips: bool = False


def measure(todo: Iterable[Task], surroundings: Surroundings, around: Around) -> None:
    """Measure every group. Raises Interrupted between two cells, ServerError, StoreError."""
    for round_, groups in groupby(todo, key=lambda task: task[0][1].round):
        around.yardstick(round_, "before")
        _measure_round(round_, list(groups), surroundings, around)
        around.yardstick(round_, "after")
        if around.enough(round_):
            return


def _measure_round(
    round_: int, groups: Sequence[Task], surroundings: Surroundings, around: Around
) -> None:
    last = max(place.position for task in groups for _, place, _ in task)
    for row in around.limit(Place(surroundings.session, round_, last + 1)):
        around.ended(row)
    for task in groups:
        with closing(Group(surroundings, task).measure()) as rows:
            for row in rows:
                around.ended(row)
                surroundings.interrupts.check()
