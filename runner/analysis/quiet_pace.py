"""The quiet pace: what an adapter does in the turns in which the machine leaves it alone.

Numbers in, numbers out. Rates come as natural logarithms; that of a turn without any operation is
minus infinity.

A neighbour can only slow a turn down, so the fast turns are those of the quiet machine. The quiet
pace is the mean of the logarithms between two quantiles of all turns of all rounds. It assumes that
an adapter has one pace of its own, of which at least a third of its turns are left alone; that a
neighbour takes the same share from every adapter, or nothing in that third; and that the rounds are
independent of each other, which their turns need not be. It is wrong for a pool with two paces of
its own, so the mean stands beside it, and is what counts where too few turns are near it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from runner.analysis.intervals import Interval, jackknife

if TYPE_CHECKING:
    from collections.abc import Sequence

BAND = (0.67, 0.98)
"""The quantiles between which the turns count. Below it they may be disturbed; the last fiftieth
may be an accident of the edges of a window."""
NEAR = math.log(1.1)
"""The distance, on the logarithm, within which a turn is near the quiet pace."""
LEAST_NEAR = 0.40
"""The share of turns near the quiet pace below which it is not believed. The band needs the fastest
third: where hardly more turns are near, a gap between two paces may be at its edge, across which
each round that is left out moves it. If they are the adapter's, the pace is half of the truth; if
they are the machine's, the mean has the narrower interval."""
FEWEST_ROUNDS = 3
FEWEST_TURNS = 20
"""Of each side, over all rounds: fewer than six turns in the band are no pace."""


@dataclass(frozen=True)
class Round:
    """The logarithms of the rates of one round: a number for each turn."""

    contender: Sequence[float]
    baseline: Sequence[float]
    control: Sequence[float] = ()
    """The baseline a second time; empty where it was not measured."""


@dataclass(frozen=True)
class QuietPace:
    """The ratio of two quiet paces, and what says whether to believe it. All are logarithms."""

    ratio: Interval
    over_mean: Interval
    """The ratio by the quiet pace less that by the mean, paired: above 0 where the contender loses
    more than the baseline when it is disturbed."""
    near: float
    """The smaller share of turns near the quiet pace: the contender's or the baseline's."""

    @property
    def believed(self) -> bool:
        """Enough turns are near it for it to be the pace of the undisturbed machine."""
        return self.near >= LEAST_NEAR


def quiet_pace(rounds: Sequence[Round], confidence: float) -> QuietPace | None:
    """Return the ratio of the contender's quiet pace to the baseline's.

    Every round has turns of both. Where each has the control, the baseline's is the mean of the
    two. Delete-one-round jackknife. None where there are too few rounds or turns, or clients stood
    still in the fast ones.
    """
    alike = _alike(rounds)
    if len(alike) < FEWEST_ROUNDS or min(map(len, _sides(alike))) < FEWEST_TURNS:
        return None
    whole = _paces(alike)
    without = [_paces([*alike[:index], *alike[index + 1 :]]) for index in range(len(alike))]
    if not all(paces.finite for paces in (whole, *without)):
        return None
    ratio = jackknife(whole.ratio, [paces.ratio for paces in without], confidence)
    over_mean = jackknife(whole.over_mean, [paces.over_mean for paces in without], confidence)
    return QuietPace(ratio, over_mean, whole.near)


def band_mean(logs: Sequence[float]) -> float:
    """Return the mean between the two quantiles of `BAND`.

    Of n values in order, the i-th stands for the quantiles from (i - 1) / n to i / n, and weighs as
    much as of that lies in the band. So no value is rounded in or out, whatever n is.
    """
    count = len(logs)
    low, high = (count * quantile for quantile in BAND)
    values = sorted(logs)
    weighed = [
        (min(high, place + 1) - max(low, place), values[place])
        for place in range(math.floor(low), min(count, math.ceil(high)))
    ]
    return math.fsum(weight * value for weight, value in weighed) / (high - low)


@dataclass(frozen=True)
class _Paces:
    """The estimates from some rounds."""

    ratio: float
    over_mean: float
    near: float

    @property
    def finite(self) -> bool:
        """False where clients stood still in turns that count."""
        return math.isfinite(self.ratio) and math.isfinite(self.over_mean)


def _paces(rounds: Sequence[Round]) -> _Paces:
    sides = _sides(rounds)
    paces = [band_mean(side) for side in sides]
    ratio = _against(paces)
    mean = fmean(_against([_log_of_mean(turns) for turns in _of(it)]) for it in rounds)
    return _Paces(ratio, ratio - mean, min(map(_near, sides, paces)))


def _alike(rounds: Sequence[Round]) -> Sequence[Round]:
    """Leave the control out of every round where one lacks it, so that all estimate the same."""
    if all(it.control for it in rounds):
        return rounds
    return [Round(it.contender, it.baseline) for it in rounds]


def _of(it: Round) -> list[Sequence[float]]:
    return [turns for turns in (it.contender, it.baseline, it.control) if turns]


def _sides(rounds: Sequence[Round]) -> list[list[float]]:
    """Return all turns of the contender, of the baseline, and of the control if it is there."""
    together = zip(*map(_of, rounds), strict=True)
    return [[log for turns in side for log in turns] for side in together]


def _against(logs: Sequence[float]) -> float:
    """Hold the first against the mean of the others."""
    return logs[0] - fmean(logs[1:])


def _log_of_mean(logs: Sequence[float]) -> float:
    mean = fmean(map(math.exp, logs))
    return math.log(mean) if mean else -math.inf


def _near(logs: Sequence[float], pace: float) -> float:
    return sum(abs(log - pace) <= NEAR for log in logs) / len(logs)
