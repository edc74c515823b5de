"""The time of a cell: how it is cut into turns, shuffled and led into."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from runner.plan.plan import Plan, turns, with_control
from runner.plan.schedule import lead_in, measuring_seconds, timed, turn_orders, warm_up, windows
from tests.results.test_row_builder import CELL

TAKING = replace(CELL, duration=1.0, turn=0.5, lead_in=0.1, warmup=0.3)


def test_the_counted_time_is_what_was_asked_for_however_it_is_cut() -> None:
    for duration in (0.1, 0.4, 0.41, 1.0, 10.0):
        cell = replace(TAKING, duration=duration)
        number, length = windows(cell)
        assert number * length == pytest.approx(duration)
        assert length + cell.lead_in <= cell.turn + 1e-9, "no turn is longer than was asked for"
    number, length = windows(TAKING)
    assert number == 3
    assert length == pytest.approx(1 / 3)
    assert measuring_seconds(TAKING) == pytest.approx(0.3 + 3 * 0.1 + 1.0)


def test_a_lead_in_lasts_three_mean_operations_at_the_least() -> None:
    assert lead_in(TAKING, None) == 0.1
    assert lead_in(TAKING, 0.02) == 0.1
    assert lead_in(TAKING, 0.05) == pytest.approx(0.15)


def test_cells_that_change_as_they_run_get_one_turn_of_the_full_length() -> None:
    assert TAKING.takes_turns
    for cell in (
        replace(TAKING, leak=0.5),
        replace(TAKING, operations_per_client=10),
        replace(TAKING, turn=0.0),
    ):
        assert not cell.takes_turns
    (only,) = turn_orders(replace(TAKING, leak=0.5), None)
    assert (only.number, only.lead_in, only.length) == (1, 0.3, 1.0)


def test_a_time_line_is_ordered_where_a_cell_changes_as_it_runs() -> None:
    for operations in (None, 10):
        steady = replace(TAKING, turn=0.0, operations_per_client=operations)
        assert not any(order.timeline for order in turn_orders(steady, None))
        assert turn_orders(replace(steady, leak=0.5), None)[-1].timeline


def test_the_warm_up_is_a_turn_that_does_not_count() -> None:
    (first,) = warm_up(TAKING, None)
    assert (first.number, first.length) == (0, 0.3)
    assert warm_up(replace(TAKING, warmup=0.0), None) == []


def test_the_deadline_leaves_a_turn_only_what_is_left_of_it() -> None:
    assert timed(TAKING, 1, 0.1, 0.4, deadline=2.0).patience == pytest.approx(1.5)
    assert timed(TAKING, 1, 0.1, 0.4, deadline=0.2).patience == 0.0


def test_every_turn_has_an_order_of_its_own_and_the_same_seed_the_same_order() -> None:
    cells = list(range(6))
    orders = [turns(cells, number, 7, 1, "g") for number in range(20)]
    assert orders == [turns(cells, number, 7, 1, "g") for number in range(20)]
    assert all(sorted(order) == cells for order in orders)
    assert any(one != other for one, other in pairwise(orders))
    assert len({order[0] for order in orders}) > 3, "everybody comes first at some time"


def test_the_baseline_runs_twice_in_every_group_that_is_compared() -> None:
    cells = [
        replace(CELL, adapter=adapter, leak=leak)
        for leak in (0.0, 1.0)
        for adapter in ("psycopg2", "psycopg3")
    ]
    plan = with_control(Plan(tuple(cells)), "psycopg3")
    twins = [cell for cell in plan.cells if cell.adapter == "control"]
    assert twins == [replace(CELL, adapter="control")], "where clients leak nothing is compared"
    assert len(with_control(Plan((CELL,)), None).cells) == 1, "and nothing against nobody"
