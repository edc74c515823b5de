"""The sizes of a pool, or numbers of processes, that the groups of an answer compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.comparison import Sureness
from runner.analysis.intervals import confidence
from runner.analysis.sizes import Size, Sizes
from runner.metrics import SPEED, TOTAL_P99

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analysis.answer.scope import Scope, Standing
    from runner.axes import Conditions

SIZE, PROCESSES = "pool_size", "processes"
"""The axes of which this speaks."""


def sized(scope: Scope, longest_p99: float | None = None) -> Iterator[tuple[Standing, Sizes]]:
    """Yield each group that compares sizes, with at most so many seconds of p99."""
    if scope.rows.compared == SIZE:
        for standing in (*scope.standings, *scope.paced):
            yield standing, _sizes(scope, standing, longest_p99)


def numbered(scope: Scope) -> Iterator[tuple[Standing, Sizes]]:
    """Yield each group that compares numbers of processes, which do as much as they can."""
    if scope.rows.compared == PROCESSES:
        for standing in scope.standings:
            yield standing, _sizes(scope, standing)


def _sizes(scope: Scope, standing: Standing, longest_p99: float | None = None) -> Sizes:
    """Return the sizes of a group, or its numbers of processes, the smallest first."""
    family = next(iter(standing.lines.values())).family
    looks = scope.report.looks
    level = confidence(looks, family + len(scope.rows.groups))
    every = [
        Size(_number(next(iter(rows.values())).conditions, scope.rows.compared), rows, level)
        for name in standing.adapters
        if (rows := standing.group.entrants.get(name))
    ]
    metric = TOTAL_P99 if standing.conditions.paced else SPEED
    return Sizes(
        every=sorted(every, key=lambda size: size.number),
        whole=scope.rows,
        metric=None if standing.conditions.paced and longest_p99 is not None else metric,
        sureness=Sureness(family, looks),
        margin=scope.report.margin,
        longest_p99=longest_p99,
    )


def _number(conditions: Conditions, axis: str) -> int:
    return conditions.processes if axis == PROCESSES else conditions.pool_size.most
