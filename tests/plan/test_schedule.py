"""The time of a cell is cut into turns, each led into, and none outlasts the deadline."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.base import Traits, WhenExhausted
from runner.plan.schedule import (
    all_turns_seconds,
    cycles,
    expected_seconds,
    filling_seconds,
    lead_in,
    measuring_seconds,
    repeats,
    timed,
    turn_orders,
    warm_up,
    windows,
)
from tests import builders

if TYPE_CHECKING:
    from runner.plan.plan import Cell

TAKING = builders.cell(duration=1.0, turn=0.5, lead_in=0.1, warmup=0.3)


def taking(**conditions: Any) -> Cell:
    return replace(TAKING, conditions=replace(TAKING.conditions, **conditions))


def test_the_counted_time_is_what_was_asked_for_however_it_is_cut() -> None:
    for duration in (0.1, 0.4, 0.41, 1.0, 10.0):
        cell = taking(duration=duration)
        number, length = windows(cell)
        assert number * length == pytest.approx(duration)
        assert length + cell.conditions.lead_in <= cell.conditions.turn + 1e-9, (
            "no turn is longer than was asked for"
        )
    number, length = windows(TAKING)
    assert number == 3
    assert length == pytest.approx(1 / 3)
    assert measuring_seconds(TAKING) == pytest.approx(0.3 + 3 * 0.1 + 1.0)


def test_a_cell_with_several_shorter_turns_takes_one_longer_one_at_a_place_of_its_round() -> None:
    cell = taking(uncut=0.5)
    placed = [cycles(cell, f"seed/{round_}") for round_ in range(40)]
    for planned in placed:
        assert [cycle.number for cycle in planned] == [1, 2, 3, 4]
        assert sorted(cycle.length for cycle in planned) == [1 / 3, 1 / 3, 1 / 3, 0.5]
        assert [cycle.uncut for cycle in planned] == [cycle.length == 0.5 for cycle in planned]
    places = {cycle.number for planned in placed for cycle in planned if cycle.uncut}
    assert places == {1, 2, 3, 4}, "another one in each round"
    assert cycles(cell, "seed/7") == placed[7], "the seed's"
    assert measuring_seconds(cell) == pytest.approx(measuring_seconds(TAKING) + 0.1 + 0.5)


@pytest.mark.parametrize(
    "conditions", [{"uncut": 0.0}, {"uncut": None}, {"uncut": 0.3}, {"uncut": 5.0, "duration": 0.4}]
)
def test_no_longer_turn_where_none_is_asked_for_or_the_turns_are_as_long_or_there_is_one(
    conditions: dict[str, Any],
) -> None:
    planned = cycles(taking(**conditions), "seed")
    assert not [cycle for cycle in planned if cycle.uncut]
    assert len(planned) == windows(taking(**conditions))[0]


def test_the_expected_time_has_every_turn_and_what_is_done_around_it() -> None:
    traits = Traits(WhenExhausted.WAITS)
    short, with_uncut = taking(uncut=0.0), taking(uncut=0.5)
    assert all_turns_seconds(with_uncut) > all_turns_seconds(short) + 0.6
    difference = expected_seconds(with_uncut, traits) - expected_seconds(short, traits)
    assert difference == pytest.approx(all_turns_seconds(with_uncut) - all_turns_seconds(short))
    assert all_turns_seconds(short) > 3 * (0.1 + 1 / 3)


@pytest.mark.parametrize(("number", "times"), [(1, 1), (9, 1), (14, 1), (20, 2), (105, 10)])
def test_a_tenth_of_the_cycles_or_one_may_be_measured_again(number: int, times: int) -> None:
    assert repeats(number) == times


def test_a_lead_in_lasts_three_mean_operations_at_the_least() -> None:
    assert lead_in(TAKING, None) == 0.1
    assert lead_in(TAKING, 0.02) == 0.1
    assert lead_in(TAKING, 0.05) == pytest.approx(0.15)


def test_cells_that_change_as_they_run_get_one_turn_of_the_full_length() -> None:
    assert TAKING.conditions.takes_turns
    for cell in (
        taking(leak=0.5),
        taking(operations_per_client=10),
        taking(turn=0.0),
    ):
        assert not cell.conditions.takes_turns
    (only,) = turn_orders(taking(leak=0.5), None)
    assert (only.number, only.lead_in, only.length) == (1, 0.3, 1.0)


def test_the_warm_up_is_a_turn_that_does_not_count() -> None:
    (first,) = warm_up(TAKING, None)
    assert (first.number, first.length) == (0, 0.3)
    assert warm_up(taking(warmup=0.0), None) == []


def test_the_deadline_leaves_a_turn_only_what_is_left_of_it() -> None:
    assert timed(TAKING, 1, 0.1, 0.4, deadline=2.0).patience == pytest.approx(1.5)
    assert timed(TAKING, 1, 0.1, 0.4, deadline=0.2).patience == 0.0


def test_at_a_rate_the_lead_in_grows_with_the_load() -> None:
    """One server that takes 1 ms: half of its time, nine tenths, and more than it has."""
    served, loads = 0.001, (0.5, 0.9)
    for load in loads:
        mean, exact = served / (1 - load), served / (1 - load**0.5) ** 2
        assert filling_seconds(mean, load / served) == pytest.approx(exact, rel=0.4)
    assert lead_in(TAKING, None, 900.0, 2.0) == 0.1
    assert lead_in(TAKING, 0.01, 900.0, 2.0) == pytest.approx(0.4)
    assert lead_in(TAKING, 1.0, 1100.0, 2.0) == 2.0, "a queue that grows for ever is never full"


def test_several_processes_take_longer_to_start_and_each_turn_is_ordered_ahead() -> None:
    waits = Traits(WhenExhausted.WAITS)
    one, two = (expected_seconds(taking(processes=count, uncut=0.0), waits) for count in (1, 2))
    turns, _ = windows(TAKING)
    assert two - one == pytest.approx(0.21 + (turns + 1) * 0.05), "the warm-up is a turn too"


def test_the_planned_time_of_several_processes_has_room_for_orders_ahead() -> None:
    """Else a deadline would pass that leaves the last turns no time to come back."""
    one, two = (measuring_seconds(taking(processes=count, uncut=0.0)) for count in (1, 2))
    turns, _ = windows(TAKING)
    assert two - one == pytest.approx((turns + 1) * 0.05)
