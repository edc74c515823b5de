"""The bias of short turns is computed from rates, against the longest turns of the same cycle."""

from __future__ import annotations

import pytest

from runner.axes import Conditions
from runner.proof.turn_lengths import BASELINE, OTHERS, Rates, lead_in, turn_lengths

CONDITIONS = Conditions(clients=10, cpus="one")
SHORT, LONG = 0.05, 2.0


def rates(pace: float, short: float, long: float) -> Rates:
    """Make a cycle in which psycopg3 has that pace, and every other adapter a multiple of it."""
    cycle: Rates = {(BASELINE, SHORT): [pace, 2 * pace], (BASELINE, LONG): [pace, pace]}
    for name in OTHERS:
        cycle[name, SHORT] = [short * pace, short * 2 * pace]
        cycle[name, LONG] = [long * pace, long * pace]
    return cycle


def test_an_adapter_that_gains_by_short_turns_is_biased() -> None:
    lines = turn_lengths(CONDITIONS, [rates(100.0, 3.0, 2.0), rates(900.0, 3.0, 2.0)])
    assert len(lines) == 2 * len(OTHERS)
    short, long = lines[:2]
    assert (short.cpus, short.clients, short.turn_ms, short.turns) == ("one", 10, 50, 4)
    assert short.ratio == pytest.approx(3)
    assert short.bias == pytest.approx(1.5)
    assert short.biased
    assert long.ratio == pytest.approx(2)
    assert long.bias == 1
    assert not long.biased


def test_a_bias_that_differs_from_cycle_to_cycle_has_an_interval_around_one() -> None:
    line = turn_lengths(CONDITIONS, [rates(100.0, 3.0, 2.0), rates(100.0, 2.0, 3.0)])[0]
    assert line.bias == pytest.approx(1)
    assert line.bias_low < 0.1
    assert line.bias_high > 10
    assert not line.biased


def test_the_scatter_of_single_turns_gives_the_precision_of_a_minute() -> None:
    even, uneven = rates(100.0, 2.0, 2.0), rates(100.0, 2.0, 2.0)
    uneven[OTHERS[0], SHORT] = [100.0, 400.0]
    assert turn_lengths(CONDITIONS, [even, even])[0].half_width_60s == 0
    assert turn_lengths(CONDITIONS, [uneven, uneven])[0].half_width_60s > 0


@pytest.mark.parametrize(("length", "seconds"), [(0.05, 0.02), (0.25, 0.1), (2.0, 0.1)])
def test_a_short_turn_has_a_short_lead_in(length: float, seconds: float) -> None:
    assert lead_in(length) == pytest.approx(seconds)
