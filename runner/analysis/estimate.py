"""The ratio of an adapter to the baseline by one of two estimators (METHOD 5)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean
from typing import TYPE_CHECKING

from runner.analysis.intervals import Interval, interval, ratio_of
from runner.analysis.midmean import FEWEST_ROUNDS, Round, midmean
from runner.messages import message
from runner.metrics import CPU_SPEED, SPEED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from runner.analysis.midmean import Midmean
    from runner.messages import Message
    from runner.metrics import Metric
    from runner.results.row import Row
    from runner.results.rows import Rows

    Rates = Callable[[Row], Mapping[int, float]]

RATES: Mapping[Metric, Callable[[Rows], Rates]] = {
    SPEED: lambda rows: rows.rates,
    CPU_SPEED: lambda rows: rows.cpu_rates,
}
"""The metrics that every turn has a value of."""


class Estimator(StrEnum):
    """The way in which a ratio is estimated."""

    MIDMEAN = "midmean"
    MEAN = "mean"


NAMES: Mapping[Estimator, Message] = {
    Estimator.MIDMEAN: message("estimator.midmean"),
    Estimator.MEAN: message("estimator.mean"),
}
"""The estimators in words, in the order in which several are named."""


@dataclass(frozen=True)
class Estimate:
    """The ratio of an adapter to the baseline. All are logarithms."""

    logs: Sequence[float]
    """The ratio of each round that both have."""
    mean: Interval | None
    """Of the logarithms; None below three rounds."""
    midmean: Midmean | None = None
    """None where there are too few turns, or their noise is not shared. Where there is one it
    counts."""
    without: Mapping[int, float] = field(default_factory=dict)
    """The ratio that counts with a round left out, by its number; empty below three rounds."""

    @property
    def ratio(self) -> float:
        """The ratio that counts."""
        return ratio_of(self.counting.mean if self.counting else fmean(self.logs))

    @property
    def estimator(self) -> Estimator:
        """The way in which the ratio that counts was estimated."""
        return Estimator.MIDMEAN if self.midmean else Estimator.MEAN

    @property
    def counting(self) -> Interval | None:
        """The interval of the ratio that counts."""
        return self.midmean.ratio if self.midmean else self.mean


@dataclass(frozen=True)
class Sides:
    """The rows of an adapter and of what it is held against: round -> row."""

    contender: Mapping[int, Row]
    baseline: Mapping[int, Row]
    control: Mapping[int, Row]
    """The baseline a second time: their mean is what counts. Empty where it does not join."""

    def estimate(self, metric: Metric, rows: Rows, confidence: float) -> Estimate:
        """Estimate the ratio of a metric; on one core by the midmean too, where it has one."""
        by_round = self._logs(metric)
        logs = list(by_round.values())
        if len(logs) < FEWEST_ROUNDS:
            return Estimate(logs, None)
        mean = interval(logs, confidence)
        first = next(iter(self.contender.values()))
        if metric in RATES and first.conditions.cpus == "one":
            rounds = self.rounds(RATES[metric](rows))
            if typical := midmean(list(rounds.values()), confidence):
                without = dict(zip(rounds, typical.without, strict=True))
                return Estimate(logs, mean, typical, without)
        return Estimate(logs, mean, None, _means_without(by_round))

    def _logs(self, metric: Metric) -> dict[int, float]:
        """Return the log ratio of each round in which both have a value."""
        own, base, again = (_logs(side, metric) for side in self._each)
        return {
            number: log - fmean(logs[number] for logs in (base, again) if number in logs)
            for number, log in own.items()
            if number in base
        }

    def rounds(self, rates: Rates) -> dict[int, Round]:
        """Return the turns of each round in which both have any, by its number."""
        own, base, again = (
            {number: _log(rates(row)) for number, row in side.items()} for side in self._each
        )
        return {
            number: Round(logs, base[number], again.get(number))
            for number, logs in own.items()
            if logs and base.get(number)
        }

    @property
    def _each(self) -> tuple[Mapping[int, Row], ...]:
        return self.contender, self.baseline, self.control


def _means_without(logs: Mapping[int, float]) -> dict[int, float]:
    """Return the mean of all values but each, by its number."""
    total = math.fsum(logs.values())
    return {number: (total - log) / (len(logs) - 1) for number, log in logs.items()}


def _logs(side: Mapping[int, Row], metric: Metric) -> dict[int, float]:
    values = {number: getattr(row, metric.column) for number, row in side.items() if not row.bad}
    return {number: math.log(value) for number, value in values.items() if value}


def _log(rates: Mapping[int, float]) -> dict[int, float]:
    return {turn: math.log(rate) if rate else -math.inf for turn, rate in rates.items()}
