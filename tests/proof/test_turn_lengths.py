"""The bias of short turns is computed from rates, against the longest turns of the same rounds."""

from __future__ import annotations

import pytest

from runner.axes import Conditions
from runner.proof.turn_lengths import (
    BASELINE,
    OTHERS,
    Rates,
    lead_in,
    shortest_equivalent,
    turn_lengths,
)

CONDITIONS = Conditions(clients=10, cpus="one")
SHORT, MIDDLE, LONG = 0.06, 0.25, 1.0


def rates(pace: float, short: float, long: float = 2.0) -> Rates:
    """Make a round in which psycopg3 has that pace, and every other adapter a multiple of it."""
    turns: Rates = {(BASELINE, length): [pace] * 4 for length in (SHORT, MIDDLE, LONG)}
    for name in OTHERS:
        turns[name, SHORT] = [short * pace] * 4
        turns[name, MIDDLE] = turns[name, LONG] = [long * pace] * 4
    return turns


def test_an_adapter_that_gains_by_short_turns_is_not_equivalent() -> None:
    lines = turn_lengths(CONDITIONS, [rates(100.0, 3.0), rates(900.0, 3.0)])
    assert len(lines) == 3 * len(OTHERS)
    short, middle, long = lines[:3]
    assert (short.cpus, short.clients, short.turn_ms, short.turns) == ("one", 10, 60, 8)
    assert short.ratio == pytest.approx(3)
    assert (short.bias, short.mean_bias) == pytest.approx((1.5, 1.5))
    assert not short.equivalent
    assert (middle.bias, long.bias) == pytest.approx((1, 1))
    assert middle.equivalent
    assert shortest_equivalent(lines, short.adapter) == MIDDLE * 1000


def test_a_wide_interval_around_one_proves_nothing() -> None:
    rounds = [rates(100.0, 2.0), rates(100.0, 2.1), rates(100.0, 1.9)]
    line = turn_lengths(CONDITIONS, rounds)[0]
    assert line.mean_bias_low < 1 < line.mean_bias_high
    assert not line.equivalent


def test_a_length_counts_only_where_every_longer_one_is_equivalent_too() -> None:
    good = rates(100.0, 2.0)
    lines = turn_lengths(CONDITIONS, [good, good])
    assert shortest_equivalent(lines, OTHERS[0]) == SHORT * 1000
    for name in OTHERS:
        good[name, MIDDLE] = [400.0] * 4
    lines = turn_lengths(CONDITIONS, [good, good])
    assert lines[0].equivalent
    assert shortest_equivalent(lines, OTHERS[0]) is None


@pytest.mark.parametrize(("length", "seconds"), [(0.06, 0.015), (0.25, 0.0625), (1.0, 0.1)])
def test_a_short_turn_has_a_short_lead_in(length: float, seconds: float) -> None:
    assert lead_in(length) == pytest.approx(seconds)
