"""The typical ratio of neighbouring turns: what two pools do while the machine stays as it is.

Numbers in, numbers out. Rates come as natural logarithms, by cycle; that of a turn without any
operation is minus infinity.

In each cycle both have a turn, a fraction of a second apart. As long as the machine keeps its pace
from one to the other, it cancels, however slow it is; where it changes in between, the ratio is far
off, to either side. So the ratios of most cycles lie close together and some far away, and the mean
of the middle half tells where, hardly moved by the others. It assumes that what comes in between
hits the one as often as the other, and that rounds are independent of each other, which their
cycles need not be. Where an adapter suffers more than the baseline when it is disturbed, the mean
of all its turns is another one: it stands beside it, with their difference.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from runner.analysis.intervals import Interval, jackknife
from runner.analysis.quantile_band import MIDDLE_HALF

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Logs = Mapping[int, float]
    """The logarithms of rates, by the number of the cycle."""

FEWEST_ROUNDS = 3
FEWEST_CYCLES = 20
"""Over all rounds: the middle half of fewer is hardly more than a few turns."""


@dataclass(frozen=True)
class Round:
    """The turns of one round."""

    contender: Logs
    baseline: Logs
    control: Logs | None = None
    """The baseline a second time; None where it was not measured."""

    @property
    def others(self) -> list[Logs]:
        """The turns that the contender's are held against."""
        return [self.baseline] if self.control is None else [self.baseline, self.control]

    def ratios(self, other: Logs) -> list[float]:
        """Return the logarithm of the ratio to another one in each cycle that both had.

        Where neither did anything there is none.
        """
        return [
            own - other[cycle]
            for cycle, own in self.contender.items()
            if cycle in other and max(own, other[cycle]) > -math.inf
        ]

    @property
    def of_means(self) -> float:
        """The logarithm of the ratio of the means; that of two others is the mean of both."""
        own, *others = (_log_of_mean(logs) for logs in (self.contender, *self.others))
        return own - fmean(others)


@dataclass(frozen=True)
class Midmean:
    """The typical ratio of neighbouring turns. All are logarithms."""

    ratio: Interval
    over_mean: Interval
    """The ratio less that of the means, paired: above 0 where the contender loses more than the
    baseline when it is disturbed."""
    without: Sequence[float]
    """The ratio with each round left out in turn."""


def midmean(rounds: Sequence[Round], confidence: float) -> Midmean | None:
    """Return the midmean of the ratios of all cycles, the rounds together.

    Where each round has the control, the contender is held against both turns of the baseline.
    Delete-one-round jackknife. None where there are too few rounds or cycles, or clients stood
    still in turns that count.
    """
    alike = _alike(rounds)
    cycles = sum(len(it.ratios(it.baseline)) for it in alike)
    if len(alike) < FEWEST_ROUNDS or cycles < FEWEST_CYCLES:
        return None
    whole = _ratios(alike)
    without = [_ratios([*alike[:index], *alike[index + 1 :]]) for index in range(len(alike))]
    if not all(math.isfinite(value) for ratios in (whole, *without) for value in ratios):
        return None
    ratios, differences = zip(*without, strict=True)
    return Midmean(
        jackknife(whole[0], ratios, confidence),
        jackknife(whole[1], differences, confidence),
        ratios,
    )


def _ratios(rounds: Sequence[Round]) -> tuple[float, float]:
    """Return the midmean of some rounds, and how far it is above the ratio of the means."""
    ratio = MIDDLE_HALF.mean(
        [log for it in rounds for other in it.others for log in it.ratios(other)]
    )
    return ratio, ratio - fmean(it.of_means for it in rounds)


def _alike(rounds: Sequence[Round]) -> Sequence[Round]:
    """Leave the control out of every round where one lacks it, so that all estimate the same."""
    if all(it.control for it in rounds):
        return rounds
    return [Round(it.contender, it.baseline) for it in rounds]


def _log_of_mean(logs: Logs) -> float:
    mean = fmean(map(math.exp, logs.values()))
    return math.log(mean) if mean else -math.inf
