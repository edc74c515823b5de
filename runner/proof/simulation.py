"""The coverage of simulated runs: both estimators, each against its own truth (METHOD 5 and 9)."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

from runner.analysis.comparison import Sureness, with_estimate
from runner.analysis.estimate import Estimate, Estimator
from runner.analysis.intervals import LOOKS, Interval, confidence, interval
from runner.analysis.judgement import judged
from runner.analysis.midmean import Round, midmean
from runner.analysis.report import Compared
from runner.analysis.together import mean_of_groups
from runner.analysis.verdict import MARGIN
from runner.axes import Conditions
from runner.metrics import SPEED
from runner.proof.simulated_turns import SCENARIOS, Scenario
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Estimating = Callable[[Sequence[Round], float], Estimate]
    """Estimate from rounds, with a confidence."""

ROUNDS = (3, 8, 20)
GROUPS = 3
"""The numbers of clients that are put together."""
RUNS = 2000
SEED = 1
LEAST_COVERED, MOST_COVERED = 0.93, 0.97
"""The band for the share of 2,000 intervals of 95 % that contain the truth."""
PRECISION = 0.03
"""The half-width at which runs with planned looks stop, as a share: with this noise some do at each
look."""


@dataclass(frozen=True)
class Coverage:
    """The share of simulated runs whose interval contains the truth."""

    scenario: str
    estimator: str
    rounds: int
    """Of each run; where it may stop earlier, the largest number."""
    looks: int
    runs: int
    rounds_mean: float
    """The mean number of rounds after which the runs stopped."""
    truth: float
    """The ratio that the estimator is to estimate: see `simulated_turns`."""
    half_width: float
    """The median, as a share."""
    covered_share: float
    promised: bool
    """The assumptions of the estimator hold in this scenario."""
    verdicts: str
    """What such a run says of the one comparison, and how often: `faster 1990, undecided 10`."""

    @property
    def holds(self) -> bool:
        """The share lies in the band, or nothing was promised.

        Runs that may stop at several looks are to cover at least as much as they say.
        """
        most = 1.0 if self.looks > 1 else MOST_COVERED
        return not self.promised or LEAST_COVERED <= self.covered_share <= most


def coverages(number: int = RUNS) -> Iterator[Coverage]:
    """Simulate `number` runs of each scenario and number of rounds, then under planned looks."""
    for scenario in SCENARIOS:
        for rounds in ROUNDS:
            yield from coverage(scenario, (rounds,), number)
    for scenario in SCENARIOS:
        if scenario.covered:
            yield from coverage(scenario, LOOKS, number)
    for scenario in SCENARIOS:
        if scenario.covered:
            yield from (together(scenario, rounds, number) for rounds in ROUNDS)


def estimate(rounds: Sequence[Round], level: float) -> Estimate:
    """Estimate as a run on one core does."""
    logs = [it.of_means for it in rounds]
    typical = midmean(rounds, level)
    without = dict(enumerate(typical.without)) if typical else {}
    return Estimate(logs, interval(logs, level), typical, without)


def together(scenario: Scenario, rounds: int, number: int = RUNS) -> Coverage:
    """Compute the coverage of the midmean over several numbers of clients together."""
    level, truth = confidence(looks=1), scenario.expected.midmean
    runs = scenario.rates(GROUPS * number, rounds, SEED + 1).tolist()
    groups = [estimate(list(map(_round, run)), level) for run in runs]
    intervals = [
        mean_of_groups(
            [it.midmean.ratio.mean for it in some if it.midmean], [it.without for it in some], level
        )
        for some in zip(*[iter(groups)] * GROUPS, strict=True)
    ]
    return Coverage(
        scenario=f"{scenario.name}, {GROUPS} numbers of clients together",
        estimator=Estimator.MIDMEAN,
        rounds=rounds,
        looks=1,
        runs=number,
        rounds_mean=rounds,
        truth=math.exp(truth),
        half_width=math.expm1(median((it.high - it.low) / 2 for it in intervals)),
        covered_share=fmean(it.low <= truth <= it.high for it in intervals),
        promised=True,
        verdicts="",
    )


def coverage(
    scenario: Scenario,
    looks: Sequence[int],
    number: int = RUNS,
    *,
    precision: float = PRECISION,
    method: Estimating = estimate,
) -> list[Coverage]:
    """Compute the coverage of runs that may stop after each of these numbers of rounds.

    One look is a run of that many rounds. With more of them a run stops at the first one where the
    interval that counts is within `precision` to each side. A line for each estimator.
    """
    runs = scenario.rates(number, looks[-1], SEED).tolist()
    goal = math.log1p(precision)
    stops = [_stop(list(map(_round, run)), looks, goal, method) for run in runs]
    words = Counter(_words(scenario, rounds, stop) for rounds, stop in stops)
    truths = {
        Estimator.MIDMEAN: scenario.expected.midmean,
        Estimator.MEAN: scenario.expected.mean,
    }
    lines = []
    for estimator, truth in truths.items():
        intervals = [it for _, stop in stops if (it := _interval(stop, estimator))]
        if not intervals:
            continue
        lines.append(
            Coverage(
                scenario=scenario.name,
                estimator=estimator,
                rounds=looks[-1],
                looks=len(looks),
                runs=len(intervals),
                rounds_mean=fmean(rounds for rounds, _ in stops),
                truth=math.exp(truth),
                half_width=math.expm1(median((it.high - it.low) / 2 for it in intervals)),
                covered_share=fmean(it.low <= truth <= it.high for it in intervals),
                promised=scenario.covered,
                verdicts=", ".join(f"{word} {count}" for word, count in words.most_common()),
            )
        )
    return lines


def _round(sides: Sequence[Sequence[float]]) -> Round:
    return Round(*(dict(enumerate(logs)) for logs in sides))


def _stop(
    rounds: Sequence[Round], looks: Sequence[int], goal: float, method: Estimating
) -> tuple[int, Estimate]:
    """Give the number of rounds after which a run stops, and its estimate then."""
    for look in looks:
        stop = method(rounds[:look], confidence(len(looks)))
        counts = _interval(stop, stop.estimator)
        if counts and (counts.high - counts.low) / 2 <= goal:
            break
    return look, stop


def _interval(estimated: Estimate, estimator: Estimator) -> Interval | None:
    if estimator is Estimator.MEAN:
        return estimated.mean
    return estimated.midmean.ratio if estimated.midmean else None


def _words(scenario: Scenario, rounds: int, estimated: Estimate) -> str:
    """Name the verdict of a run that compares nothing else."""
    line = Compared(
        conditions=Conditions(cpus="one"),
        metric=SPEED.column,
        entrant=scenario.name,
        role=Role.ADAPTER,
        pooled=True,
        baseline="baseline",
        rounds=rounds,
        ratio=estimated.ratio,
    )
    return judged(with_estimate(line, estimated, Sureness(1, looks=1)), MARGIN).verdict.value
