"""The quiet pace is that of the undisturbed machine, with an interval that holds it."""

from __future__ import annotations

import math
import random
from statistics import fmean

import pytest

from runner.analysis.intervals import quantile
from runner.analysis.quiet_pace import LEAST_NEAR, NEAR, Round, band_mean, quiet_pace

HUNDRED = [float(value) for value in range(100)]
"""The i-th stands for the quantiles from i % to i + 1 %."""


def rounds(number: int, seed: int = 1, *, share: float = 0.0, slower: float = 0.0) -> list[Round]:
    """Simulate rounds of 13 turns: half of the cycles slow a contender down, who is 5 % faster.

    `share` is that of the contender's turns that are `slower` (a logarithm) by themselves.
    """
    draw = random.Random(seed)

    def turns(pace: float, stolen: list[float]) -> list[float]:
        return [pace + draw.gauss(0, 0.02) - loss for loss in stolen]

    simulated = []
    for _ in range(number):
        stolen = [draw.uniform(0.1, 0.6) * (draw.random() < 0.4) for _ in range(13)]
        own = [log - slower * (draw.random() < share) for log in turns(math.log(1.05), stolen)]
        simulated.append(Round(own, turns(0.0, stolen), turns(0.0, stolen)))
    return simulated


def test_the_band_is_from_the_67th_to_the_98th_percentile() -> None:
    assert band_mean(HUNDRED) == pytest.approx(fmean(range(67, 98)))
    assert band_mean(HUNDRED[::-1]) == band_mean(HUNDRED)


def test_a_turn_at_the_edge_of_the_band_weighs_as_much_as_lies_inside() -> None:
    """Of ten turns the seventh is inside with 0.3 of its stretch, and the last with 0.8."""
    assert band_mean(HUNDRED[:10]) == pytest.approx((0.3 * 6 + 7 + 8 + 0.8 * 9) / 3.1)
    assert band_mean([5.0]) == pytest.approx(5.0)


def test_slow_turns_do_not_move_the_pace_however_slow() -> None:
    slow = [-math.inf] * 30 + HUNDRED[30:]
    assert band_mean(slow) == band_mean(HUNDRED)


def test_the_ratio_is_that_of_the_undisturbed_machine() -> None:
    pace = quiet_pace(rounds(8), 0.95)
    assert pace is not None
    assert pace.ratio.low < math.log(1.05) < pace.ratio.high
    assert pace.ratio.high - pace.ratio.low < 0.05
    assert pace.ratio.p < 0.01
    assert pace.near > LEAST_NEAR


def test_the_interval_is_that_of_leaving_out_each_round_in_turn() -> None:
    """The squares are about the estimate from all rounds; Student's t; computed the long way."""
    simulated = rounds(5)

    def ratio(some: list[Round]) -> float:
        own = band_mean([log for it in some for log in it.contender])
        base = band_mean([log for it in some for log in it.baseline])
        again = band_mean([log for it in some for log in it.control])
        return own - (base + again) / 2

    whole = ratio(simulated)
    without = [ratio([*simulated[:index], *simulated[index + 1 :]]) for index in range(5)]
    error = math.sqrt(4 / 5 * sum((it - whole) ** 2 for it in without))
    pace = quiet_pace(simulated, 0.9)
    assert pace is not None
    assert pace.ratio.mean == pytest.approx(whole)
    reach = quantile(4, 0.9) * error
    assert pace.ratio.high - pace.ratio.mean == pytest.approx(reach)


def test_a_control_that_a_round_lacks_does_not_join_the_baseline() -> None:
    simulated = rounds(4)
    alone = [Round(it.contender, it.baseline) for it in simulated]
    part = [*simulated[:3], Round(simulated[3].contender, simulated[3].baseline)]
    whole, without, some = (quiet_pace(those, 0.95) for those in (simulated, alone, part))
    assert whole
    assert without
    assert some
    assert without.ratio == some.ratio != whole.ratio


def test_who_loses_more_when_disturbed_is_known_by_the_difference_to_the_mean() -> None:
    even = quiet_pace(rounds(8), 0.95)
    suffering = quiet_pace(rounds(8, share=0.4, slower=0.5), 0.95)
    assert even
    assert suffering
    assert even.over_mean.low < 0 < even.over_mean.high
    assert suffering.over_mean.low > 0


def test_a_pool_with_two_paces_of_its_own_has_few_turns_near_the_quiet_one() -> None:
    """Two thirds of its turns take twice as long: the band's edge is at the gap."""
    even, torn = (quiet_pace(rounds(8, share=share, slower=0.7), 0.95) for share in (0.0, 0.7))
    assert even
    assert torn
    assert even.near > LEAST_NEAR > torn.near


def test_near_is_a_tenth_to_both_sides() -> None:
    inside, outside = NEAR - 0.001, NEAR + 0.001
    turns = [0.0] * 13 + [-inside] * 3 + [-outside] * 4
    pace = quiet_pace([Round(turns, turns)] * 3, 0.95)
    assert pace is not None
    assert pace.near == pytest.approx(16 / 20)


@pytest.mark.parametrize(
    "few",
    [
        [Round(HUNDRED, HUNDRED)] * 2,
        [Round([0.0] * 6, HUNDRED)] * 3,
        [Round(HUNDRED, [0.0] * 6)] * 3,
        [Round([-math.inf] * 80 + HUNDRED[:20], HUNDRED)] * 3,
    ],
    ids=["two rounds", "18 turns", "18 turns of the baseline", "clients that stood still"],
)
def test_too_little_has_no_quiet_pace(few: list[Round]) -> None:
    assert quiet_pace(few, 0.95) is None


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """A few hundred runs with loose bounds; the proof has thousands."""
    held = 0
    for seed in range(300):
        pace = quiet_pace(rounds(6, seed), 0.95)
        assert pace is not None
        held += pace.ratio.low <= math.log(1.05) <= pace.ratio.high
    assert 275 <= held <= 296
