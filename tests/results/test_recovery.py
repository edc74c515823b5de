"""The recovery from a fault is read from the slots of a time line."""

from __future__ import annotations

import pytest

from runner.results.recovery import recovery

NONE = [0] * 20


def test_a_pool_that_never_stops_has_recovered_at_once() -> None:
    seen = recovery([100] * 20, NONE, 0.5, 0.5)
    assert (seen.unavailable, seen.first_success, seen.recovered) == (0.0, 0.0, 0.0)


def test_the_time_without_a_success_counts_from_the_fault_on() -> None:
    operations = [0, 100, 100, 100, 100, *[0] * 7, 20, 30, 90, 100, 100, 100, 100, 100]
    failures = [9, 0, 0, 0, 0, *[2] * 7, *[0] * 8]
    seen = recovery(operations, failures, 0.5, 1.0)
    assert seen.unavailable == pytest.approx(0.7)
    assert seen.failures == 14
    assert seen.first_success == pytest.approx(0.2)
    assert seen.recovered == pytest.approx(0.3)


def test_a_single_quick_slot_is_no_recovery() -> None:
    operations = [100] * 5 + [0] * 3 + [150, 0, 0, 90, 90, 90] + [100] * 6
    seen = recovery(operations, NONE, 0.5, 0.8)
    assert seen.first_success == pytest.approx(0.0)
    assert seen.recovered == pytest.approx(0.3)


def test_a_pool_that_stays_slow_or_silent_has_not_recovered() -> None:
    slow = recovery([100] * 5 + [50] * 15, NONE, 0.5, 0.8)
    assert (slow.first_success, slow.recovered, slow.serves) == (0.0, None, True)
    silent = recovery([100] * 5 + [0] * 15, NONE, 0.5, 0.8)
    assert (silent.first_success, silent.recovered, silent.serves) == (None, None, False)


def test_where_nothing_was_done_before_there_is_nothing_to_recover() -> None:
    with pytest.raises(ValueError, match="nothing was done before"):
        recovery([0] * 20, NONE, 0.5, 0.8)


def test_the_capacity_is_back_when_as_many_connections_are_held_as_before() -> None:
    operations = [100] * 20
    holding = [5.0] * 5 + [0.0] * 3 + [4.0] * 4 + [4.9] * 8
    assert recovery(operations, NONE, 0.5, 0.8, holding).full == pytest.approx(0.4)
    assert recovery(operations, NONE, 0.5, 0.8, [5.0] * 5 + [4.0] * 15).full is None


def test_the_usual_pauses_of_a_slow_pool_are_no_time_without_service() -> None:
    usual = [1, 0, 0, 1, 0, 0]
    seen = recovery([*usual, *usual, 1, *[0] * 7, *usual, *usual], [0] * 32, 1.2, 1.9)
    assert seen.unavailable == pytest.approx(0.7)
