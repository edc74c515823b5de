"""The lengths of a turn held against each other, so that short ones may stand for long ones.

METHOD 3. Rates of turns in, numbers out. An interval that merely contains 1 proves nothing where it
is wide: two lengths are equivalent where the whole 90 % interval of their ratio lies within the
margin. D. J. Schuirmann: A Comparison of the Two One-Sided Tests Procedure and the Power Approach
for Assessing the Equivalence of Average Bioavailability. Journal of Pharmacokinetics and
Biopharmaceutics 15, 1987.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from statistics import fmean
from typing import TYPE_CHECKING

from runner.analysis.intervals import interval, jackknife
from runner.analysis.quantile_band import MIDDLE_HALF
from runner.analysis.verdict import MARGIN
from runner.proof.base_config import ADAPTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.analysis.intervals import Interval
    from runner.axes import Conditions

BASELINE = "psycopg3"
OTHERS = tuple(name for name in ADAPTERS if name != BASELINE)

LENGTHS = (0.06, 0.12, 0.25, 1.0)
"""Seconds, the lead-in included. The last one is what the others are held against."""
LEAD_IN_SHARE, LONGEST_LEAD_IN = 0.25, 0.1

CONFIDENCE = 0.90
"""Of the interval whose two ends are tests at 5 % each."""

Rates = dict[tuple[str, float], list[float]]
"""The operations per second of each turn of a round, by adapter and length: of every adapter in the
order of time, so that those at the same place stood beside each other."""


@dataclass(frozen=True)
class TurnLength:
    """An adapter at one length of turn: a line of the file."""

    cpus: str
    clients: int
    adapter: str
    turn_ms: float
    lead_in_ms: float
    turns: int
    ratio: float
    """To psycopg3, by the midmean."""
    bias: float
    """That ratio against the one at the longest turn; 1 is none."""
    bias_low: float
    bias_high: float
    """The 90 % interval of the bias, over the rounds."""
    mean_bias: float
    mean_bias_low: float
    mean_bias_high: float
    """The same by the mean."""

    @property
    def equivalent(self) -> bool:
        """The turns may stand for the longest: the whole interval is within the margin."""
        return self.bias_low > 1 - MARGIN and self.bias_high < 1 + MARGIN


def lead_in(length: float) -> float:
    """Choose the uncounted beginning of a turn, in seconds: 15 ms of 60 ms, at most 100 ms."""
    return min(LONGEST_LEAD_IN, LEAD_IN_SHARE * length)


def turn_lengths(conditions: Conditions, rounds: Sequence[Rates]) -> list[TurnLength]:
    """Compute the lines of one setting from the rates of two or more rounds."""
    lengths = sorted({length for _, length in rounds[0]})
    return [
        _line(conditions, adapter, length, lengths[-1], rounds)
        for adapter in OTHERS
        for length in lengths
    ]


def _line(
    conditions: Conditions, adapter: str, length: float, longest: float, rounds: Sequence[Rates]
) -> TurnLength:
    def bias(some: Sequence[Rates]) -> float:
        short, long = (_ratios(some, adapter, turn) for turn in (length, longest))
        return MIDDLE_HALF.mean(short) - MIDDLE_HALF.mean(long)

    def mean_bias(of_round: Rates) -> float:
        short, long = (_ratios([of_round], adapter, turn) for turn in (length, longest))
        return fmean(short) - fmean(long)

    without = [bias([*rounds[:index], *rounds[index + 1 :]]) for index in range(len(rounds))]
    return TurnLength(
        conditions.cpus,
        conditions.clients,
        adapter,
        length * 1000,
        lead_in(length) * 1000,
        len(_ratios(rounds, adapter, length)),
        exp(MIDDLE_HALF.mean(_ratios(rounds, adapter, length))),
        *_exp(jackknife(bias(rounds), without, CONFIDENCE)),
        *_exp(interval([mean_bias(of_round) for of_round in rounds], CONFIDENCE)),
    )


def _ratios(rounds: Sequence[Rates], adapter: str, length: float) -> list[float]:
    """Return the logarithm of the ratio of each two turns that stood beside each other."""
    return [
        log(own / base)
        for of_round in rounds
        for own, base in zip(of_round[adapter, length], of_round[BASELINE, length], strict=True)
    ]


def _exp(logs: Interval) -> tuple[float, float, float]:
    return exp(logs.mean), exp(logs.low), exp(logs.high)


def shortest_equivalent(lines: Sequence[TurnLength], adapter: str) -> float | None:
    """Return the shortest turn, in milliseconds, from which on an adapter's turns are equivalent.

    None where none but the longest is.
    """
    shortest = None
    own = sorted((line for line in lines if line.adapter == adapter), key=lambda it: -it.turn_ms)
    for line in own[1:]:
        if not line.equivalent:
            break
        shortest = line.turn_ms
    return shortest
