"""A resumed run measures each group that no session has measured whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.experiment.remaining import remaining
from runner.measure.member import SERVER_LOST
from runner.plan.tasks import Task, tasks
from runner.results.outcome import CUT_SHORT
from runner.results.rows import Rows
from tests.builders import ROW, plan_of

if TYPE_CHECKING:
    from runner.results.row import Row

PLAN = plan_of("matrix: {adapter: [psycopg3, asyncpg], clients: [1, 2]}")
TASKS = list(tasks(PLAN, 2, seed=1, session=1))


def rows(task: Task, session: int = 1) -> list[Row]:
    return [
        replace(ROW, cell=cell, session=session, round=place.round, position=place.position)
        for cell, place, _ in task
    ]


def test_a_run_without_rows_has_everything_before_it() -> None:
    assert remaining(TASKS, Rows([])) == TASKS


def test_a_group_that_was_measured_whole_is_done_in_its_round_alone() -> None:
    assert remaining(TASKS, Rows(rows(TASKS[0]))) == TASKS[1:]
    every = [row for task in TASKS for row in rows(task)]
    assert remaining(TASKS, Rows(every)) == []


def test_cells_of_the_first_rounds_are_missing_from_no_later_one() -> None:
    plan = plan_of("{leak_rounds: 1, matrix: {adapter: [psycopg3, asyncpg], leak: [0, 1]}}")
    planned = list(tasks(plan, 2, seed=1, session=1))
    measured = [row for task in planned for row in rows(task)]
    assert len(measured) == plan.rows(2) == 6
    assert remaining(planned, Rows(measured)) == []
    leaks = [task for task in planned if task[0][0].conditions.leak]
    rest = [row for row in measured if not row.conditions.leak]
    assert remaining(planned, Rows(rest)) == leaks
    assert {place.round for task in leaks for _, place, _ in task} == {1}


def test_a_group_that_lacks_a_cell_is_measured_again_as_a_whole() -> None:
    first, _ = rows(TASKS[0])
    assert remaining(TASKS, Rows([first])) == TASKS


def test_halves_of_two_sessions_are_no_whole() -> None:
    first, _ = rows(TASKS[0], session=1)
    _, second = rows(TASKS[0], session=2)
    assert remaining(TASKS, Rows([first, second])) == TASKS


@pytest.mark.parametrize("flag", [CUT_SHORT, SERVER_LOST])
def test_a_group_that_was_cut_short_or_lost_its_server_is_measured_again(flag: str) -> None:
    first, second = rows(TASKS[0])
    cut = replace(second, flags=f"drifting {flag}")
    assert remaining(TASKS, Rows([first, cut])) == TASKS
    assert remaining(TASKS, Rows([first, replace(second, flags="drifting")])) == TASKS[1:]
