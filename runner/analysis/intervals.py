"""The confidence in a ratio: Student's interval, the jackknife, planned looks.

Numbers in, numbers out. Ratios come as natural logarithms, so that twice and half are equally far
from equal.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean, variance
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ALPHA = 0.05
"""The share of claims of a difference that may be made where there is none."""
LOOKS = (5, 10, 20, 40)
"""After how many rounds a run that measures to a precision may look at its intervals (METHOD 9)."""
MOST_ROUNDS = 1_000_000
"""The number at which `rounds_needed` stops counting."""

FARTHEST = 300.0
"""The logarithm of the largest ratio that is told: two rounds that differ a thousandfold have an
interval that no float holds, and it says no more than this one."""


@dataclass(frozen=True)
class Interval:
    """A mean of log ratios, from where to where it may lie, and the p of its being 0."""

    mean: float
    low: float
    high: float
    p: float


def interval(logs: Sequence[float], confidence: float) -> Interval:
    """Return Student's t interval of the mean of two or more independent values, and its p.

    Student: The Probable Error of a Mean. Biometrika 6, 1908. Each value is the log ratio of a
    pair, so what the two have in common cancels. Values that are all the same leave no doubt: the
    interval is a point, and p is 1 where it is 0 and 0 elsewhere.
    """
    count = len(logs)
    mean = math.fsum(logs) / count
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in logs) / (count - 1))
    error = deviation / math.sqrt(count)
    reach = quantile(count - 1, confidence) * error
    return Interval(mean, mean - reach, mean + reach, _p(mean, error, count - 1))


def _p(mean: float, error: float, freedom: float) -> float:
    """Return the probability that chance alone puts a mean so far from 0, to either side."""
    from scipy.special import stdtr

    if error == 0:
        return float(mean == 0)
    return float(2 * stdtr(freedom, -abs(mean) / error))


def ratio_of(log: float) -> float:
    """Return the ratio of a logarithm, or the farthest from equal that is told."""
    return math.exp(max(-FARTHEST, min(FARTHEST, log)))


def jackknife(
    whole: float, without: Sequence[float], confidence: float, freedom: int | None = None
) -> Interval:
    """Return the interval of an estimate from two or more independent blocks, and its p.

    `whole` is the estimate from all blocks, `without` that from all but each in turn. M. H.
    Quenouille: Notes on Bias in Estimation. Biometrika 43, 1956. J. W. Tukey: Bias and Confidence
    in Not-Quite Large Samples. Annals of Mathematical Statistics 29, 1958. R. G. Miller: The
    Jackknife: A Review. Biometrika 61, 1974. The squares are taken about the whole, not about the
    mean of the others: never narrower, and as sure as it says with few blocks too (K. M. Wolter:
    Introduction to Variance Estimation, 1985, chapter 4). For a mean of blocks both are the same:
    Student's interval. The degrees of freedom are those of the blocks, unless fewer of them bear
    the noise.
    """
    count = len(without)
    freedom = freedom or count - 1
    squares = math.fsum((value - whole) ** 2 for value in without)
    error = math.sqrt(squares * (count - 1) / count)
    reach = quantile(freedom, confidence) * error
    return Interval(whole, whole - reach, whole + reach, _p(whole, error, freedom))


def welch(logs_a: Sequence[float], logs_b: Sequence[float], confidence: float) -> Interval:
    """Return the interval of B's mean less A's, and the p of their being equal.

    Two or more independent values of each, whose variances may differ. B. L. Welch: The
    Generalization of "Student's" Problem when Several Different Population Variances are Involved.
    Biometrika 34, 1947. Where neither varies the interval is a point.
    """
    a, b = (
        Estimated(fmean(logs), math.sqrt(variance(logs) / len(logs)), len(logs) - 1)
        for logs in (logs_a, logs_b)
    )
    return difference(a, b, confidence)


@dataclass(frozen=True)
class Estimated:
    """A mean of log ratios with its standard error, and the degrees of freedom of that."""

    mean: float
    error: float
    freedom: int


def difference(a: Estimated, b: Estimated, confidence: float) -> Interval:
    """Return Welch's interval of B less A, and the p of their being equal; see `welch`."""
    mean, error = b.mean - a.mean, math.hypot(a.error, b.error)
    if error == 0:
        return Interval(mean, mean, mean, float(mean == 0))
    freedom = error**4 / math.fsum(it.error**4 / it.freedom for it in (a, b))
    reach = quantile(freedom, confidence) * error
    return Interval(mean, mean - reach, mean + reach, _p(mean, error, freedom))


@lru_cache(maxsize=1024)
def quantile(freedom: float, confidence: float) -> float:
    """Return the standard errors that an interval of that confidence reaches to each side."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + confidence) / 2))


def confidence(looks: int, family: int = 1) -> float:
    """Return the confidence of each interval, so that all together err in 5 % of runs at most.

    Bonferroni, over `looks` at a run and a `family` of that many comparisons at each.
    """
    return 1 - ALPHA / (looks * family)


def next_look(done_rounds: int) -> int | None:
    """Return after how many rounds the next look is, None where there is none left."""
    return next((look for look in LOOKS if look > done_rounds), None)


def rounds_needed(half_width: float, rounds: int, confidence: float, goal: float) -> int:
    """Return about how many rounds narrow an interval to `goal`, were the noise to stay the same.

    `half_width` is what `rounds` rounds gave; both widths are of log ratios.
    """

    def unit(count: int) -> float:
        return quantile(count - 1, confidence) / math.sqrt(count)

    narrow = goal * unit(rounds) / half_width
    counts = range(2, MOST_ROUNDS)
    return 2 + bisect_left(counts, True, key=lambda count: unit(count) <= narrow)  # noqa: FBT003


def pooled(a: Sequence[float], b: Sequence[float], confidence: float) -> Interval:
    """Return the interval of B's mean less A's, and the p of their being equal.

    Two or more independent values of each, whose variances are alike: Student's t of two samples,
    with the variance of both. Student: The Probable Error of a Mean. Biometrika 6, 1908. Where
    neither varies the interval is a point.
    """
    mean, freedom = fmean(b) - fmean(a), len(a) + len(b) - 2
    squares = math.fsum(variance(values) * (len(values) - 1) for values in (a, b))
    deviation = math.sqrt(squares / freedom)
    reach = pooled_reach(len(a), len(b), confidence) * deviation
    error = deviation * math.sqrt(1 / len(a) + 1 / len(b))
    return Interval(mean, mean - reach, mean + reach, _p(mean, error, freedom))


def pooled_reach(a: int, b: int, confidence: float) -> float:
    """Return the standard deviations that the interval of `a` and `b` values reaches to a side."""
    return quantile(a + b - 2, confidence) * math.sqrt(1 / a + 1 / b)
