"""Every cell of a plan has a task in every round, in an order that the seed gives."""

from __future__ import annotations

from runner.plan.tasks import Place, tasks
from tests.builders import plan_of

PLAN = plan_of("matrix: {adapter: [psycopg3, asyncpg, psycopg2-queued], clients: [1, 2, 5]}")


def test_positions_count_the_cells_of_a_round_over_all_its_groups() -> None:
    for round_ in (1, 2):
        places = [
            place
            for task in tasks(PLAN, 2, seed=1, session=3)
            for _, place, _ in task
            if place.round == round_
        ]
        assert places == [Place(3, round_, position) for position in range(1, 10)]


def test_every_round_has_each_group_as_one_task_of_all_its_cells() -> None:
    groups = [{cell for cell, _, _ in task} for task in tasks(PLAN, 2, seed=1, session=1)]
    expected = [set(cells) for cells in PLAN.groups().values()]
    for round_ in (groups[:3], groups[3:]):
        assert all(group in round_ for group in expected)


def test_a_cell_of_the_first_rounds_has_no_task_in_a_later_one() -> None:
    plan = plan_of("{leak_rounds: 2, matrix: {adapter: [psycopg3, asyncpg], leak: [0, 1]}}")
    every = [[(cell.conditions.leak, place.round) for cell, place, _ in task]
             for task in tasks(plan, 3, seed=1, session=1)]  # fmt: skip
    assert sorted(every) == [
        [(leak, round_)] * 2 for leak, round_ in [(0.0, 1), (0.0, 2), (0.0, 3), (1.0, 1), (1.0, 2)]
    ]
    assert plan.rows(3) == 2 * 3 + 2 * 2


def test_a_cell_has_the_same_number_in_every_round() -> None:
    numbers = {
        (cell, number) for task in tasks(PLAN, 5, seed=1, session=1) for cell, _, number in task
    }
    assert sorted(number for _, number in numbers) == list(range(1, 10))
    assert {cell: number for number, cell in enumerate(PLAN.cells, 1)} == dict(numbers)


def test_another_seed_gives_another_order() -> None:
    first, again, other = (
        [[cell.id for cell, _, _ in task] for task in tasks(PLAN, 3, seed, session=1)]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other
