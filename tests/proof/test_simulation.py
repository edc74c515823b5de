"""The intervals contain the truth as often as they say; those that would not are caught."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist
from typing import TYPE_CHECKING

import pytest

from runner.analysis.estimate import Estimate, Estimator
from runner.analysis.intervals import LOOKS, Interval, interval, quantile
from runner.proof.simulated_turns import RATIO, SCENARIOS, Scenario
from runner.proof.simulation import coverage, estimate, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.analysis.midmean import Round

NOISY = Scenario("noisy", neighbour=True, stalls=True, covered=True)
LEAST = 0.88
"""Covered of 200 runs: 95 % are below it in one of 10,000 simulations."""


def normal(rounds: Sequence[Round], level: float) -> Estimate:
    """Make the mistake that Student's paper is about."""
    right = estimate(rounds, level)
    assert right.mean is not None
    reach = (right.mean.high - right.mean.mean) / quantile(len(rounds) - 1, level)
    reach *= NormalDist().inv_cdf((1 + level) / 2)
    middle = right.mean.mean
    return replace(right, mean=Interval(middle, middle - reach, middle + reach, right.mean.p))


def turns_as_units(rounds: Sequence[Round], level: float) -> Estimate:
    """Take every turn for an independent one (METHOD 5)."""
    logs = [log for it in rounds for log in it.ratios(it.baseline)]
    return Estimate(logs, interval(logs, level))


def covered(scenario: Scenario, rounds: int) -> dict[str, float]:
    return {
        line.estimator: line.covered_share for line in coverage(scenario, (rounds,), number=200)
    }


@pytest.mark.parametrize("scenario", [it for it in SCENARIOS if it.covered], ids=str)
@pytest.mark.parametrize("rounds", [3, 8])
def test_both_intervals_contain_their_truth_where_their_assumptions_hold(
    scenario: Scenario, rounds: int
) -> None:
    assert min(covered(scenario, rounds).values()) > LEAST


@pytest.mark.parametrize("scenario", [it for it in SCENARIOS if it.covered], ids=str)
def test_the_interval_of_several_numbers_of_clients_together_contains_the_truth(
    scenario: Scenario,
) -> None:
    line = together(scenario, 8, number=200)
    (alone, _) = coverage(scenario, (8,), number=200)
    assert line.covered_share > LEAST
    assert line.half_width < alone.half_width, "three have less noise than one"


def test_a_neighbour_that_hits_the_adapter_harder_is_mostly_in_the_mean() -> None:
    harder = next(it for it in SCENARIOS if it.extra_loss > 1)
    truths = [math.exp(truth) for truth in harder.expected]
    assert truths[0] > 0.97 * RATIO > truths[1]
    assert covered(harder, 8)[Estimator.MIDMEAN] > LEAST, "of the mean nothing is promised"


@pytest.mark.parametrize("share", [0.5, 2 / 3])
def test_a_pool_with_two_paces_of_its_own_is_covered(share: float) -> None:
    """Between two paces the interval is wide, and what it is to hold is what the pool does."""
    (two_paces,) = (it for it in SCENARIOS if it.slow_turns == share)
    assert covered(two_paces, 8)[Estimator.MIDMEAN] > LEAST
    assert two_paces.expected.midmean == pytest.approx(two_paces.expected.mean, abs=0.02)


def test_a_normal_interval_over_few_rounds_is_caught() -> None:
    _, mean = coverage(NOISY, (3,), number=400, method=normal)
    assert not mean.holds


def test_turns_that_are_taken_for_independent_are_caught() -> None:
    lines = coverage(NOISY, (8,), number=200, method=turns_as_units)
    assert not lines[-1].holds


def test_runs_with_planned_looks_stop_when_they_are_precise_enough() -> None:
    def rounds(precision: float) -> float:
        return coverage(NOISY, LOOKS, number=20, precision=precision)[0].rounds_mean

    assert rounds(5.0) == LOOKS[0]
    assert LOOKS[0] < rounds(0.03) < LOOKS[-1]
    assert rounds(0.0001) == LOOKS[-1]


def test_the_same_seed_gives_the_same_turns_and_another_one_others() -> None:
    first, again, other = (NOISY.rates(3, 4, seed).tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_line_says_what_such_runs_say() -> None:
    middle, mean = coverage(SCENARIOS[0], (8,), number=20)
    assert (middle.estimator, mean.estimator) == (Estimator.MIDMEAN, Estimator.MEAN)
    assert middle.verdicts == mean.verdicts
    assert middle.verdicts.startswith("faster")
    assert middle.truth == pytest.approx(RATIO, rel=0.001)
