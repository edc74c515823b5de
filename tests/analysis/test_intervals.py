"""Intervals are those of the textbooks, and looks are planned."""

from __future__ import annotations

import math
import random
from statistics import mean, stdev

import pytest

from runner.analysis.intervals import (
    interval,
    next_look,
    pooled,
    pooled_reach,
    quantile,
    ratio_of,
    rounds_needed,
    welch,
)

T_95_DF_4 = 2.776
"""From the printed tables of Student's t: 95 %, two-sided, 4 degrees of freedom."""


def test_the_interval_is_students_over_the_rounds() -> None:
    logs = [0.1, 0.2, 0.15, 0.05, 0.25]
    found = interval(logs, 0.95)
    reach = T_95_DF_4 * stdev(logs) / math.sqrt(5)
    assert found.mean == pytest.approx(mean(logs))
    assert (found.low, found.high) == pytest.approx((0.15 - reach, 0.15 + reach), rel=1e-3)


def test_p_is_the_chance_at_which_the_interval_touches_zero() -> None:
    logs = [0.1, 0.2, 0.15, 0.05, 0.25]
    touching = interval(logs, 1 - interval(logs, 0.95).p)
    assert touching.low == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("value", "p"), [(0.0, 1.0), (0.25, 0.0), (-0.25, 0.0)])
def test_values_that_are_all_the_same_leave_no_doubt(value: float, p: float) -> None:
    found = interval([value] * 4, 0.95)
    assert (found.mean, found.low, found.high, found.p) == (value, value, value, p)


def test_the_rounds_needed_are_those_that_narrow_the_interval_to_the_goal() -> None:
    def width(rounds: int) -> float:
        return quantile(rounds - 1, 0.95) * 0.1 / math.sqrt(rounds)

    needed = rounds_needed(width(5), 5, 0.95, 0.03)
    assert width(needed) <= 0.03 < width(needed - 1)


def test_the_looks_are_fixed_beforehand() -> None:
    assert [next_look(done) for done in (0, 4, 5, 10, 39, 40, 41)] == [5, 5, 10, 20, 40, None, None]


def test_welch_agrees_with_scipy() -> None:
    from scipy.stats import ttest_ind

    a, b = [0.1, 0.2, 0.15, 0.3], [0.5, 0.1, 0.9, 0.4, 0.7, 0.2]
    theirs = ttest_ind(b, a, equal_var=False)
    reach = theirs.confidence_interval(0.95)
    ours = welch(a, b, 0.95)
    assert ours.low == pytest.approx(reach.low)
    assert ours.high == pytest.approx(reach.high)
    assert ours.p == pytest.approx(theirs.pvalue)


def test_welch_is_a_point_where_nothing_varies() -> None:
    assert welch([1.0, 1.0], [1.5, 1.5], 0.95).high == 0.5
    assert welch([1.0, 1.0], [1.5, 1.5], 0.95).p == 0
    assert welch([1.0, 1.0], [1.0, 1.0], 0.95).p == 1


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    draw = random.Random(1).gauss
    held = 0
    for _ in range(1000):
        a = [draw(0.0, 0.2) for _ in range(5)]
        b = [draw(math.log(1.1), 0.05) for _ in range(10)]
        found = welch(a, b, 0.95)
        held += found.low < math.log(1.1) < found.high
    assert 930 <= held <= 970


def test_pooled_agrees_with_scipy() -> None:
    from scipy.stats import ttest_ind

    a, b = [0.1, 0.2], [0.5, 0.1, 0.9]
    theirs = ttest_ind(b, a, equal_var=True)
    reach = theirs.confidence_interval(0.995)
    ours = pooled(a, b, 0.995)
    assert (ours.low, ours.high) == pytest.approx((reach.low, reach.high))
    assert ours.p == pytest.approx(theirs.pvalue)
    assert ours.high - ours.mean == pytest.approx(pooled_reach(2, 3, 0.995) * _deviation(a, b))


def _deviation(*samples: list[float]) -> float:
    squares = sum((value - mean(sample)) ** 2 for sample in samples for value in sample)
    return math.sqrt(squares / (sum(map(len, samples)) - len(samples)))


def test_pooled_is_a_point_where_nothing_varies() -> None:
    same = pooled([1.0, 1.0], [1.5, 1.5], 0.95)
    assert (same.low, same.high, same.p) == (0.5, 0.5, 0)


@pytest.mark.parametrize(
    ("runs_a", "runs_b", "scatter", "least", "most"),
    [(2, 2, 1.0, 930, 970), (3, 5, 1.0, 930, 970), (3, 3, 2.0, 915, 970), (2, 5, 0.5, 0, 900)],
)
def test_pooled_holds_the_truth_where_both_sides_scatter_alike(
    runs_a: int, runs_b: int, scatter: float, least: int, most: int
) -> None:
    """With as many of each it nearly does where they do not; with unequal numbers it fails."""
    draw = random.Random(1).gauss
    held = 0
    for _ in range(1000):
        a = [draw(0.0, 0.2) for _ in range(runs_a)]
        b = [draw(math.log(1.1), 0.2 * scatter) for _ in range(runs_b)]
        found = pooled(a, b, 0.95)
        held += found.low < math.log(1.1) < found.high
    assert least <= held <= most


def test_an_interval_of_wild_rounds_has_ends_that_are_numbers() -> None:
    wild = interval([0.0, 7.0], 0.999)
    assert wild.high > 710, "beyond what a float can be the exponential of"
    low, high = ratio_of(wild.low), ratio_of(wild.high)
    assert 0 < low < 1e-100
    assert 1e100 < high < math.inf
    assert ratio_of(math.log(2)) == pytest.approx(2)
