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
from runner.proof.simulation import COUNTING, coverage, estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.analysis.quiet_pace import Round

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
    logs = [
        own - (base + again) / 2
        for it in rounds
        for own, base, again in zip(it.contender, it.baseline, it.control, strict=True)
    ]
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


def test_a_neighbour_that_hits_the_adapter_harder_is_in_the_mean_alone() -> None:
    harder = next(it for it in SCENARIOS if it.extra_loss > 1)
    assert math.exp(harder.undisturbed) == pytest.approx(RATIO)
    assert math.exp(harder.expected()) < 0.97 * RATIO
    assert min(covered(harder, 8).values()) > LEAST


def test_a_pool_with_two_paces_is_not_covered_and_mostly_undecided() -> None:
    two_paces = next(it for it in SCENARIOS if it.slow_turns)
    quiet, mean, _ = coverage(two_paces, (8,), number=200)
    assert quiet.covered_share < 0.5 < LEAST < mean.covered_share
    assert quiet.verdicts.startswith("undecided")
    assert quiet.holds, "nothing was promised"


def test_a_pool_that_is_slow_in_most_turns_is_rarely_called_faster_or_slower() -> None:
    """The mean counts where its fast turns are too few, or nothing is decided."""
    mostly_slow = next(it for it in SCENARIOS if it.slow_turns > 0.6)
    quiet, mean, counting = coverage(mostly_slow, (8,), number=200)
    assert quiet.covered_share < counting.covered_share < mean.covered_share
    assert "faster" not in counting.verdicts.split()[:4]


def test_a_normal_interval_over_few_rounds_is_caught() -> None:
    _, mean, _ = coverage(NOISY, (3,), number=400, method=normal)
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
    quiet, mean, counting = coverage(SCENARIOS[0], (8,), number=20)
    estimators = (quiet.estimator, mean.estimator, counting.estimator)
    assert estimators == (Estimator.QUIET_PACE, Estimator.MEAN, COUNTING)
    assert quiet.verdicts == mean.verdicts == counting.verdicts
    assert quiet.verdicts.startswith("faster")
    assert quiet.truth == pytest.approx(RATIO)
