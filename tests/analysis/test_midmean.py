"""The midmean is the typical ratio of neighbouring turns, with an interval that holds it."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from runner.analysis.intervals import quantile
from runner.analysis.midmean import Round, midmean
from runner.analysis.quantile_band import MIDDLE_HALF

TRUE = math.log(1.05)


def rounds(number: int, seed: int = 1, *, suffers: float = 1.0, slow: float = 0.5) -> list[Round]:
    """Simulate rounds of ten cycles on a machine that has its slow pace in `slow` of the turns.

    The contender is 5 % faster, and loses `suffers` times as much to the slow pace.
    """
    draw = random.Random(seed)

    def turns(pace: float, loss: float) -> dict[int, float]:
        return {
            cycle: pace + draw.gauss(0, 0.02) - loss * (draw.random() < slow) for cycle in range(10)
        }

    return [
        Round(turns(TRUE, 0.4 * suffers), turns(0.0, 0.4), turns(0.0, 0.4)) for _ in range(number)
    ]


def test_a_machine_with_two_paces_does_not_hide_the_ratio() -> None:
    found = midmean(rounds(8, slow=0.2), 0.95)
    assert found is not None
    assert found.ratio.low < TRUE < found.ratio.high
    assert found.ratio.high - found.ratio.low < 0.06
    assert found.ratio.p < 0.05


def test_the_interval_is_that_of_leaving_out_each_round_in_turn() -> None:
    """The squares are about the estimate from all rounds; Student's t; computed the long way."""
    simulated = rounds(5)

    def ratio(some: list[Round]) -> float:
        pairs = [(it.contender, other) for it in some for other in (it.baseline, it.control or {})]
        logs = [own[cycle] - other[cycle] for own, other in pairs for cycle in own]
        return MIDDLE_HALF.mean(logs)

    whole = ratio(simulated)
    without = [ratio([*simulated[:index], *simulated[index + 1 :]]) for index in range(5)]
    error = math.sqrt(4 / 5 * sum((it - whole) ** 2 for it in without))
    found = midmean(simulated, 0.9)
    assert found is not None
    assert found.ratio.mean == pytest.approx(whole)
    assert found.ratio.high - found.ratio.mean == pytest.approx(quantile(4, 0.9) * error)


def test_turns_are_held_against_those_of_the_same_cycle() -> None:
    """The machine is ten times slower from cycle to cycle: only neighbours tell the ratio."""
    drifting = {cycle: -2.3 * cycle for cycle in range(10)}
    ahead = {cycle: log + TRUE for cycle, log in reversed(drifting.items())}
    found = midmean([Round(ahead, drifting)] * 3, 0.95)
    assert found is not None
    assert found.ratio.mean == pytest.approx(TRUE)


def test_a_cycle_that_one_of_them_lacks_does_not_count() -> None:
    whole = rounds(4)
    short = {cycle: log for cycle, log in whole[0].baseline.items() if cycle}
    lacking = [replace(whole[0], baseline=short), *whole[1:]]
    own, base = whole[0].contender, whole[0].baseline
    assert lacking[0].ratios(short) == [own[cycle] - base[cycle] for cycle in range(1, 10)]
    found, other = midmean(lacking, 0.95), midmean(whole, 0.95)
    assert found
    assert other
    assert found.ratio != other.ratio


def test_a_control_that_a_round_lacks_does_not_join_the_baseline() -> None:
    simulated = rounds(4)
    alone = [replace(it, control=None) for it in simulated]
    part = [*simulated[:3], alone[3]]
    whole, without, some = (midmean(those, 0.95) for those in (simulated, alone, part))
    assert whole
    assert without
    assert some
    assert without.ratio == some.ratio != whole.ratio


def test_who_loses_more_when_disturbed_is_known_by_the_difference_to_the_mean() -> None:
    even = midmean(rounds(8, slow=0.2), 0.95)
    suffering = midmean(rounds(20, suffers=3.0, slow=0.2), 0.95)
    assert even
    assert suffering
    assert even.over_mean.low < 0 < even.over_mean.high
    assert suffering.over_mean.low > 0


def test_turns_in_which_clients_stood_still_count_as_slow() -> None:
    """A few are outside of the middle half; most of them leave no ratio."""
    simulated = rounds(8, slow=0.0)

    def stalled(number: int) -> list[Round]:
        still = dict.fromkeys(range(number), -math.inf)
        return [replace(it, contender={**it.contender, **still}) for it in simulated]

    few = midmean(stalled(2), 0.95)
    assert few is not None
    assert few.ratio.mean == pytest.approx(TRUE, abs=0.02)
    assert midmean(stalled(8), 0.95) is None


TEN = dict.fromkeys(range(10), 0.0)
STILL = dict.fromkeys(range(10), -math.inf)


@pytest.mark.parametrize(
    "few",
    [
        [],
        [Round(TEN, TEN)] * 2,
        [Round(dict.fromkeys(range(6), 0.0), TEN)] * 3,
        [Round(TEN, dict.fromkeys(range(6), 0.0))] * 3,
        [Round(STILL, STILL)] * 3,
    ],
    ids=["none", "two rounds", "18 cycles", "18 of the baseline", "nothing was done"],
)
def test_too_little_has_no_midmean(few: list[Round]) -> None:
    assert midmean(few, 0.95) is None


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """A few hundred runs with loose bounds; the proof has thousands."""
    held = 0
    for seed in range(300):
        found = midmean(rounds(6, seed), 0.95)
        assert found is not None
        held += found.ratio.low <= TRUE <= found.ratio.high
    assert 275 <= held <= 296
