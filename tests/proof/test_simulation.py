"""The intervals contain the truth as often as they say; those that would not are caught."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import pytest

from runner.analysis.intervals import LOOKS, Interval, interval, quantile
from runner.proof.simulation import ROUNDS, Runs, coverage, coverages

if TYPE_CHECKING:
    from collections.abc import Sequence


def normal(logs: Sequence[float], confidence: float) -> Interval:
    """Make the mistake that Student's paper is about."""
    right = interval(logs, confidence)
    reach = (right.high - right.mean) / quantile(len(logs) - 1, confidence)
    reach *= NormalDist().inv_cdf((1 + confidence) / 2)
    return Interval(right.mean, right.mean - reach, right.mean + reach, right.p)


def uncorrected(logs: Sequence[float], _confidence: float) -> Interval:
    """Stop at the first narrow interval, and claim 95 % all the same."""
    return interval(logs, 0.95)


def test_every_simulation_covers_the_truth_within_its_band() -> None:
    lines = coverages()
    assert len(lines) == 2 * (len(ROUNDS) + 1)
    assert not [line for line in lines if not line.holds]


def test_a_plain_interval_is_held_to_both_ends_of_the_band() -> None:
    calm, stalled = (coverage((5,), Runs(stalls=stalls)) for stalls in (False, True))
    assert (calm.least_share, calm.most_share) == (0.93, 0.97)
    assert (stalled.least_share, stalled.most_share) == (0.93, 1.0)


@pytest.mark.parametrize("rounds", [3, 5])
def test_a_normal_interval_over_few_rounds_is_caught(rounds: int) -> None:
    assert not coverage((rounds,), Runs(stalls=False), method=normal).holds


def test_looking_again_and_again_without_paying_for_it_is_caught() -> None:
    assert not coverage(range(5, 41), Runs(stalls=False), method=uncorrected).holds


def test_runs_with_planned_looks_stop_when_they_are_precise_enough() -> None:
    runs = Runs(stalls=False, number=200)
    assert coverage(LOOKS, runs, precision=5.0).rounds_mean == LOOKS[0]
    assert LOOKS[0] < coverage(LOOKS, runs).rounds_mean < LOOKS[-1]
    assert coverage(LOOKS, runs, precision=0.001).rounds_mean == LOOKS[-1]


def test_rare_stalls_beside_little_noise_are_covered_too() -> None:
    for rounds in ROUNDS:
        assert coverage((rounds,), Runs(stalls=True, noise=0.02)).holds


def test_the_same_seed_gives_the_same_runs_and_another_one_others() -> None:
    first, again, other = (
        Runs(stalls=True, number=3, seed=seed).log_ratios(4).tolist() for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other
