"""The comparisons of a plan that err together: the family of Bonferroni's intervals."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.axes import Conditions
    from runner.plan.plan import Cell


def comparisons(cells: Iterable[Cell]) -> int:
    """Count the comparisons of one metric that cells ask for, at least 1.

    In each group whose speeds may be compared, every entrant but the baseline. One that
    turns out not to be comparable stays counted: what a run finds must not change how sure it is.
    The cells of rows will do for those of the plan: each leaves a row in the first round, whatever
    becomes of it, and nothing is concluded before the third.
    """
    groups: dict[Conditions, set[str]] = defaultdict(set)
    for cell in cells:
        if cell.role is Role.ADAPTER and cell.conditions.steady:
            groups[cell.common].add(cell.entrant)
    return max(1, sum(len(entrants) - 1 for entrants in groups.values()))


def controls(cells: Iterable[Cell]) -> int:
    """Count the groups with a control, at least 1: a family of its own."""
    return max(1, len({cell.common for cell in cells if cell.role is Role.CONTROL}))
