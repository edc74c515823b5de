"""The lengths of a turn against each other: the gain of short ones in precision, and their bias.

METHOD 3. Rates of turns in, numbers out.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING

from runner.analysis.intervals import ALPHA, interval
from runner.proof.base_config import ADAPTERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.axes import Conditions

BASELINE = "psycopg3"
OTHERS = tuple(name for name in ADAPTERS if name != BASELINE)

LENGTHS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
"""Seconds, the lead-in included. The last one is what the others are held against."""

NORMAL_95 = 1.96
"""Standard deviations that 95 % of a normal distribution are within."""

Rates = dict[tuple[str, float], list[float]]
"""The operations per second of each turn of a cycle, by adapter and length."""


@dataclass(frozen=True)
class TurnLength:
    """An adapter at one length of turn: a line of `turns.csv`."""

    cpus: str
    clients: int
    adapter: str
    turn_ms: float
    lead_in_ms: float
    turns: int
    ratio: float
    """To psycopg3, operations per second: the geometric mean over the cycles."""
    bias: float
    """That ratio against the one at the longest turn, cycle by cycle; 1 is none."""
    bias_low: float
    bias_high: float
    """The 95 % interval of the bias, over the cycles."""
    half_width_60s: float
    """Half of the 95 % interval that 60 s of measuring give (both cells, lead-ins included), from
    the scatter of single turns: as a share."""

    @property
    def biased(self) -> bool:
        """The interval of the bias excludes 1."""
        return not self.bias_low <= 1 <= self.bias_high


def lead_in(length: float) -> float:
    """Choose the uncounted beginning of a turn: 100 ms, less where the turn is short."""
    return min(0.1, 0.4 * length)


def turn_lengths(conditions: Conditions, cycles: Sequence[Rates]) -> list[TurnLength]:
    """Compute the lines of one setting from the rates of two or more cycles."""
    lengths = sorted({length for _, length in cycles[0]})
    lines = []
    for adapter in OTHERS:
        longest = [statistics.fmean(logs) for logs in _log_ratios(cycles, adapter, lengths[-1])]
        for length in lengths:
            logs = _log_ratios(cycles, adapter, length)
            lines.append(_line(conditions, adapter, length, logs, longest))
    return lines


def _log_ratios(
    cycles: Sequence[Mapping[tuple[str, float], list[float]]], adapter: str, length: float
) -> list[list[float]]:
    """Compute, for each cycle, the log ratio of each turn to the baseline's beside it."""
    return [
        [
            log(rate / base)
            for rate, base in zip(rates[adapter, length], rates[BASELINE, length], strict=True)
        ]
        for rates in cycles
    ]


def _line(
    conditions: Conditions,
    adapter: str,
    length: float,
    logs: Sequence[Sequence[float]],
    longest: Sequence[float],
) -> TurnLength:
    """Make a line of the log ratios of each cycle; `longest` has the means at the longest turn."""
    means = [statistics.fmean(cycle) for cycle in logs]
    bias = interval([mean - other for mean, other in zip(means, longest, strict=True)], 1 - ALPHA)
    every = [value for cycle in logs for value in cycle]
    return TurnLength(
        conditions.cpus,
        conditions.clients,
        adapter,
        length * 1000,
        lead_in(length) * 1000,
        len(every),
        exp(statistics.fmean(means)),
        exp(bias.mean),
        exp(bias.low),
        exp(bias.high),
        NORMAL_95 * statistics.stdev(every) * sqrt(2 * length / 60),
    )
