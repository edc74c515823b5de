"""Simulated runs whose true ratio is known, to hold our intervals against (METHOD 5 and 9).

Each round has a pace of its own, which baseline and adapter share and which cancels in their ratio.
On top of it each cell has noise of its own, and where stalls are asked for, in a small part of the
cells, of baseline and adapter alike, a stall eats a part of the time. So the log ratio stays
symmetric around the truth, but with tails that are heavier than Student's t assumes. Not simulated:
stalls that hit one adapter only (they are a part of its speed), and noise that a cell carries from
one round to the next (a fresh process in each round is there to prevent it).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analysis.intervals import LOOKS, Interval, confidence, interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy import float64
    from numpy.random import Generator
    from numpy.typing import NDArray

    Method = Callable[[Sequence[float], float], Interval]
    """Makes an interval of log ratios and a confidence."""

NOISE = 0.2
"""Standard deviation of the logarithm: of each round's pace, and of each cell on top of it."""
RATIO = 1.1
"""The true ratio."""
STALLED_SHARE = 0.02
"""The share of cells that stall."""
STALL_EATS = (0.3, 0.6)
"""The least and the most of its operations that a stalled cell loses."""
ROUNDS = (3, 5, 10, 20)
RUNS = 1000
LEAST_COVERED = 0.93
MOST_COVERED = 0.97
"""The band for the share of 1,000 intervals of 95 % that contain the truth."""
PRECISION = 0.2
"""The half-width at which runs with planned looks stop, as a share: with this noise some do at each
look."""


@dataclass(frozen=True)
class Runs:
    """The runs of one simulation; the same ones for the same seed."""

    stalls: bool
    number: int = RUNS
    seed: int = 1
    noise: float = NOISE

    def log_ratios(self, rounds: int) -> NDArray[float64]:
        """Make a line for each run: the log ratio of each round, from rates as measured."""
        import numpy as np

        rng = np.random.default_rng([self.seed, rounds, self.stalls])
        shape = self.number, rounds
        pace = 1000 * rng.lognormal(0.0, self.noise, shape)
        baseline = pace * self._left(rng, shape)
        adapter = RATIO * pace * self._left(rng, shape)
        ratios: NDArray[float64] = np.log(adapter / baseline)
        return ratios

    def _left(self, rng: Generator, shape: tuple[int, int]) -> NDArray[float64]:
        """Draw the part of each cell's pace that noise and stalls leave."""
        stalled = rng.random(shape) < (STALLED_SHARE if self.stalls else 0.0)
        left: NDArray[float64] = 1 - stalled * rng.uniform(*STALL_EATS, shape)
        return left * rng.lognormal(0.0, self.noise, shape)


@dataclass(frozen=True)
class Coverage:
    """The share of simulated runs whose interval contains the true ratio."""

    rounds: int
    """Of each run; where it may stop earlier, the largest number."""
    stalls: bool
    looks: int
    runs: int
    rounds_mean: float
    """The mean number of rounds after which the runs stopped."""
    covered_share: float
    least_share: float
    most_share: float
    """The band that METHOD 5 and 9 promise; above it an interval is wider than it need be."""

    @property
    def holds(self) -> bool:
        """The share lies in the band."""
        return self.least_share <= self.covered_share <= self.most_share


def coverages(number: int = RUNS, seed: int = 1) -> list[Coverage]:
    """Simulate `number` runs at each number of rounds and under planned looks."""
    return [
        coverage(looks, Runs(stalls, number, seed))
        for looks in (*((rounds,) for rounds in ROUNDS), LOOKS)
        for stalls in (False, True)
    ]


def coverage(
    looks: Sequence[int], runs: Runs, *, precision: float = PRECISION, method: Method = interval
) -> Coverage:
    """Compute the coverage of runs that may stop after each of these numbers of rounds.

    One look is a run of that many rounds. With more of them a run stops at the first one where the
    interval is within `precision` to each side; each interval then has a confidence of
    1 - 0.05 / looks, that of the last look too, so that all together err in at most 5 % of runs.
    """
    truth, goal = math.log(RATIO), math.log1p(precision)
    stops = [_stop(logs, looks, goal, method) for logs in runs.log_ratios(looks[-1]).tolist()]
    return Coverage(
        rounds=looks[-1],
        stalls=runs.stalls,
        looks=len(looks),
        runs=runs.number,
        rounds_mean=sum(rounds for rounds, _ in stops) / runs.number,
        covered_share=sum(it.low <= truth <= it.high for _, it in stops) / runs.number,
        least_share=LEAST_COVERED,
        most_share=1.0 if runs.stalls or len(looks) > 1 else MOST_COVERED,
    )


def _stop(
    logs: Sequence[float], looks: Sequence[int], goal: float, method: Method
) -> tuple[int, Interval]:
    """Give the number of rounds after which a run stops, and its interval then."""
    for rounds in looks:
        stop = method(logs[:rounds], confidence(len(looks)))
        if (stop.high - stop.low) / 2 <= goal:
            break
    return rounds, stop
