"""Cells have names of their own, and an order that can be had again."""

from __future__ import annotations

import random
from itertools import pairwise

from runner.plan.plan import Plan, order, turns, with_control
from runner.roles import Role
from tests.builders import CELL, cell, ids, plan_of

WIDE = """
    matrix: {adapter: [psycopg3, psycopg3-direct, asyncpg], clients: [10, 20, 50], leak: [0, 1]}
"""


def test_no_two_cells_of_a_plan_share_a_name() -> None:
    plan = plan_of(
        """
        matrix:
          adapter: [psycopg3, psycopg3-async, "m.n:C"]
          clients: [1, 11]
          pool_size: [1, 11]
          leak: [0, 0.1, 0.10000001, 0.00001, 1]
          workload: [read, list]
          cpus: [all, one]
        """,
        affinity=True,
    )
    assert len(set(ids(plan))) == len(plan.cells) == 3 * 2 * 2 * 5 * 2 * 2
    assert all(
        set(cell.id) <= set("abcdefghijklmnopqrstuvwxyzC0123456789.-") for cell in plan.cells
    )


def test_cells_of_one_group_differ_only_in_the_adapter() -> None:
    plan = plan_of(
        """
        matrix: {adapter: [psycopg3, asyncpg, psycopg2], clients: [1, 2], cpus: [all, one]}
        include: [{adapter: [asyncpg, psycopg2], leak: 1}]
        """,
        affinity=True,
    )
    groups = plan.groups()
    assert [len(cells) for cells in groups.values()] == [3, 3, 3, 3, 2, 2, 2, 2]
    assert [cell for cells in groups.values() for cell in cells] == list(plan.cells)
    for name, cells in groups.items():
        assert len({cell.conditions for cell in cells}) == 1
        assert {cell.group for cell in cells} == {name}
        assert [cell.id for cell in cells] == [f"{cell.contender}-{name}" for cell in cells]


def test_a_round_holds_every_cell_once_with_groups_whole() -> None:
    plan = plan_of(WIDE)
    groups = order(plan, seed=1, round_=3)
    assert sorted(cell.id for cells in groups for cell in cells) == sorted(ids(plan))
    assert {frozenset(cells) for cells in groups} == {
        frozenset(cells) for cells in plan.groups().values()
    }


def test_a_round_holds_only_the_cells_that_are_measured_so_often() -> None:
    few, every = cell("few"), cell("every")
    plan = Plan((few, every), limited={few: 2})
    assert [plan.in_round(round_).cells for round_ in (1, 2, 3)] == [
        (few, every),
        (few, every),
        (every,),
    ]
    assert [plan.rows(rounds) for rounds in (1, 2, 3, 10)] == [2, 4, 5, 12]
    assert order(plan, seed=1, round_=3) == [(every,)]


def test_the_control_is_measured_as_often_as_the_baseline() -> None:
    cells = tuple(cell(name, cpus=cpus) for cpus in ("all", "one") for name in ("base", "other"))
    limited = {it: 3 for it in cells if it.conditions.cpus == "all"}
    plan = with_control(Plan(cells, limited=limited), "base")
    assert plan.rows(8) == 3 * 3 + 3 * 8
    assert {plan.limited.get(twin) for twin in plan.cells if twin.role is Role.CONTROL} == {3, None}


def test_the_same_seed_gives_the_same_order_and_touches_no_other_randomness() -> None:
    plan = plan_of(WIDE)
    random.seed(7)
    state = random.getstate()
    assert order(plan, seed=1, round_=0) == order(plan, seed=1, round_=0)
    assert random.getstate() == state


def test_each_round_and_each_seed_has_an_order_of_its_own() -> None:
    plan = plan_of(WIDE)
    orders = [order(plan, seed, round_) for seed in range(4) for round_ in range(4)]
    assert len({tuple(groups) for groups in orders}) == 16


def test_adapters_and_groups_are_both_shuffled() -> None:
    plan = plan_of(WIDE)
    rounds = [order(plan, 1, round_) for round_ in range(50)]
    assert {groups[0][0].group for groups in rounds} == set(plan.groups())
    first = {cells[0].contender for groups in rounds for cells in groups}
    assert first == {"psycopg3", "psycopg3-direct", "asyncpg"}


def test_an_order_is_the_same_on_every_machine() -> None:
    """Stored seeds are worth something only as long as this list does not change."""
    plan = plan_of("matrix: {adapter: [psycopg3, asyncpg], clients: [1, 2]}")
    assert [[cell.id for cell in cells] for cells in order(plan, 20, 1)] == [
        ["asyncpg-insert-c2-p5", "psycopg3-insert-c2-p5"],
        ["asyncpg-insert-c1-p5", "psycopg3-insert-c1-p5"],
    ]


def test_every_turn_has_an_order_of_its_own_and_the_same_seed_the_same_order() -> None:
    cells = list(range(6))
    orders = [turns(cells, number, 7, 1, "g") for number in range(20)]
    assert orders == [turns(cells, number, 7, 1, "g") for number in range(20)]
    assert all(sorted(order) == cells for order in orders)
    assert any(one != other for one, other in pairwise(orders))
    assert len({order[0] for order in orders}) > 3, "everybody comes first at some time"


def test_the_baseline_runs_twice_in_every_group_that_is_compared() -> None:
    cells = [
        cell(contender, leak=leak) for leak in (0.0, 1.0) for contender in ("psycopg2", "psycopg3")
    ]
    plan = with_control(Plan(tuple(cells)), "psycopg3")
    twins = [twin for twin in plan.cells if twin.role is Role.CONTROL]
    assert twins == [cell("control")], "where clients leak nothing is compared"
    assert len(with_control(Plan((CELL,)), None).cells) == 1, "and nothing against nobody"
