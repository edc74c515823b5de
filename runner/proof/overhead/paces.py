"""The cost of a worker over a bare loop, from the rates of slices of both. Numbers in, numbers out.

The quiet pace of each loop, the mean of its fastest slices, and a jackknife over the rounds. A
round is a fresh process for each setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from math import exp, inf, log
from typing import TYPE_CHECKING, NamedTuple

from runner.analysis.intervals import ALPHA, confidence, jackknife
from runner.analysis.quantile_band import QUIET
from runner.proof.overhead.layers import LAYERS
from runner.proof.overhead.slices import BARE, OURS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from runner.analysis.intervals import Interval

    Cycles = Sequence[Mapping[str, float]]
    Measured = Mapping["Setting", Sequence[Cycles]]

MICROSECONDS = 1_000_000
TWO = (BARE, OURS)
LOOPS = (BARE, *LAYERS, OURS)


class Setting(NamedTuple):
    """A pool and the clients on it."""

    adapter: str
    clients: int

    def __str__(self) -> str:
        return f"{self.adapter}, {self.clients} client{'s' if self.clients > 1 else ''}"


@dataclass(frozen=True)
class Overhead:
    """A worker's client against a bare loop."""

    setting: Setting
    ratio: float
    """Operations per second, ours by the bare loop's."""
    low: float
    high: float
    """The 95 % interval of the ratio."""
    bare_us: float
    """Microseconds of an operation of the bare loop: of all clients together, one after another."""
    extra_us: float
    """Microseconds more that one of ours takes, and how far its 95 % interval reaches."""
    extra_reach: float


@dataclass(frozen=True)
class LayerCost:
    """Microseconds of an operation that a layer adds, and how far the 95 % interval reaches."""

    us: float
    reach: float


@dataclass(frozen=True)
class Difference:
    """The overheads of two adapters with as many clients: the ratio of their ratios."""

    clients: int
    adapters: tuple[str, str]
    ratio: float
    low: float
    high: float
    """The interval, simultaneous over all pairs of adapters and numbers of clients."""

    def within(self, margin: float) -> bool:
        """Tell whether the whole interval is within the margin."""
        return 1 / (1 + margin) <= self.low and self.high <= 1 + margin

    def beyond(self, margin: float) -> bool:
        """Tell whether the whole interval is beyond the margin."""
        return self.high < 1 / (1 + margin) or self.low > 1 + margin

    @property
    def size(self) -> float:
        """The distance from 1, the same for a ratio and its inverse."""
        return exp(abs(log(self.ratio))) - 1


def overheads(measured: Measured) -> list[Overhead]:
    """Compute a line for each setting from two or more rounds."""
    return [_overhead(setting, rounds) for setting, rounds in measured.items()]


def _overhead(setting: Setting, rounds: Sequence[Cycles]) -> Overhead:
    ratio = _over_rounds(lambda some: _log_ratio([rounds[it] for it in some]), len(rounds))
    extra = _extra(rounds, BARE, OURS)
    return Overhead(
        setting,
        exp(ratio.mean),
        exp(ratio.low),
        exp(ratio.high),
        microseconds(rounds, BARE),
        extra.us,
        extra.reach,
    )


def layer_costs(rounds: Sequence[Cycles]) -> dict[str, LayerCost]:
    """Compute the cost of each layer by its name from two or more rounds, the worker's own last."""
    return {above: _extra(rounds, below, above) for below, above in pairwise(LOOPS)}


def differences(measured: Measured) -> list[Difference]:
    """Compare the overheads of each two adapters with as many clients."""
    pairs = [
        (one, other) for one, other in combinations(measured, 2) if one.clients == other.clients
    ]
    level = confidence(looks=1, family=len(pairs))
    return [_difference(one, other, measured, level) for one, other in pairs]


def _difference(one: Setting, other: Setting, measured: Measured, level: float) -> Difference:
    rounds, others = measured[one], measured[other]

    def difference(some: Sequence[int]) -> float:
        return _log_ratio([rounds[it] for it in some]) - _log_ratio([others[it] for it in some])

    logs = _over_rounds(difference, len(rounds), level)
    return Difference(
        one.clients, (one.adapter, other.adapter), exp(logs.mean), exp(logs.low), exp(logs.high)
    )


def microseconds(rounds: Sequence[Cycles], loop: str) -> float:
    """Return the microseconds of an operation at the quiet pace of a loop."""
    return MICROSECONDS / exp(_pace(rounds, loop))


def _extra(rounds: Sequence[Cycles], less: str, more: str) -> LayerCost:
    def extra(some: Sequence[int]) -> float:
        of_these = [rounds[it] for it in some]
        return microseconds(of_these, more) - microseconds(of_these, less)

    cost = _over_rounds(extra, len(rounds))
    return LayerCost(cost.mean, cost.high - cost.mean)


def _log_ratio(rounds: Sequence[Cycles]) -> float:
    return _pace(rounds, OURS) - _pace(rounds, BARE)


def _pace(rounds: Sequence[Cycles], loop: str) -> float:
    """Return the logarithm of the quiet pace of a loop, over the slices of all rounds."""
    rates = [cycle[loop] for cycles in rounds for cycle in cycles]
    return QUIET.mean([log(rate) if rate else -inf for rate in rates])


def _over_rounds(
    statistic: Callable[[Sequence[int]], float], rounds: int, level: float = 1 - ALPHA
) -> Interval:
    """Jackknife a statistic of some rounds, which takes their numbers."""
    numbers = range(rounds)
    without = [statistic([it for it in numbers if it != left]) for left in numbers]
    return jackknife(statistic(numbers), without, level)
