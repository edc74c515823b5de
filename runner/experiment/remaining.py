"""The groups that a run still has to measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.measure.member import SERVER_LOST
from runner.results.outcome import CUT_SHORT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.experiment.planned import Planned
    from runner.experiment.stopping_rule import StoppingRule
    from runner.plan.tasks import Task
    from runner.results.rows import Rows


def remaining(tasks: Iterable[Task], rows: Rows) -> list[Task]:
    """Find the groups that no session has measured whole."""
    measured: dict[tuple[str, int], set[str]] = {}
    for row in rows.every:
        if {CUT_SHORT, SERVER_LOST} & set(row.flags.split()):
            continue
        measured.setdefault((row.cell.group, row.round), set()).add(row.cell.id)
    return [
        task
        for task in tasks
        if {cell.id for cell, _, _ in task}
        - measured.get((task[0][0].group, task[0][1].round), set())
    ]


def to_measure(planned: Planned, rule: StoppingRule, seed: int, session: int) -> list[Task]:
    """Find the groups that a session has to measure: none where a precise run is over already."""
    left = remaining(planned.tasks(rule.most, seed, session), rule.rows())
    rule.already = left[0][0][1].round - 1 if left else 0
    return [] if rule.enough(rule.already) else left
