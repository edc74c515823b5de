"""The highest rates that were looked for: the bracket of each cell, and which are told apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING

from runner.axes import ADAPTER
from runner.messages import message
from runner.metrics import MILLISECONDS
from runner.plan.plan import Cell
from runner.results.ramp import RAMPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.axes import Conditions
    from runner.messages import Message
    from runner.results.ramp import Ramp

RATE = "rate"
"""The axis that a ramp has no value of."""


@dataclass(frozen=True)
class HighestRate:
    """The ramps of one cell."""

    entrant: str
    ramps: Sequence[Ramp]

    @cached_property
    def _lows(self) -> Sequence[float]:
        return [ramp.low_per_s for ramp in self.ramps if ramp.low_per_s]

    @property
    def found(self) -> int:
        """The number of ramps that found a rate."""
        return len(self._lows)

    @property
    def middle(self) -> float | None:
        """The median of the rates that were kept; None where there is none."""
        return median(self._lows) if self._lows else None

    @property
    def low(self) -> float:
        """The lowest rate that a ramp kept; 0 where there is none."""
        return min(self._lows, default=0.0)

    @property
    def high(self) -> float:
        """The highest rate that a ramp did not keep; 0 where none is known."""
        return max((ramp.high_per_s or 0.0 for ramp in self.ramps), default=0.0)

    @property
    def reason(self) -> Message | None:
        """The reason why a ramp found none; None where each did that was begun."""
        return next((ramp.reason for ramp in self.ramps if ramp.reason), None)

    @property
    def is_whole(self) -> bool:
        """Every ramp found a rate, so that the bracket may be held against others."""
        return self.found == RAMPS

    def exceeds(self, other: HighestRate) -> bool:
        """Tell whether its bracket lies beyond another one."""
        return self.low > other.high


@dataclass(frozen=True)
class RampedGroup:
    """The cells of which the highest rates may be held against each other."""

    conditions: Conditions
    """Those that they have in common."""
    rates: Sequence[HighestRate]
    """Of each what was found, if it has a line."""

    @property
    def whole(self) -> Sequence[HighestRate]:
        """Those whose brackets are whole."""
        return [rate for rate in self.rates if rate.is_whole]

    def apart(self) -> Mapping[tuple[str, ...], Sequence[str]]:
        """Return which exceed the same others, by the names of those others."""
        exceeding: dict[tuple[str, ...], list[str]] = {}
        for rate in sorted(self.whole, key=lambda it: it.low, reverse=True):
            if others := tuple(it.entrant for it in self.whole if rate.exceeds(it)):
                exceeding.setdefault(others, []).append(rate.entrant)
        return exceeding

    def alike(self) -> Sequence[Sequence[str]]:
        """Return the largest sets of which every bracket overlaps every other."""
        sets = [{it.entrant for it in self._around(rate.low)} for rate in self.whole]
        largest = [it for it in sets if len(it) > 1 and not any(it < other for other in sets)]
        in_order = ([it.entrant for it in self.whole if it.entrant in among] for among in largest)
        return list(map(list, dict.fromkeys(map(tuple, in_order))))

    def _around(self, rate: float) -> Iterator[HighestRate]:
        """Yield those whose brackets hold a rate: brackets overlap where one begins in another."""
        return (it for it in self.whole if it.low <= rate <= it.high)


@dataclass(frozen=True)
class HighestRates:
    """All that `find` found in a run."""

    ramps: Sequence[Ramp] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    """The longest times by column, in seconds."""
    order: Sequence[str] = ()
    """The names of what is compared; those that it lacks come last."""
    compared: str = ADAPTER
    """The axis in which the cells of a group differ: the adapter where rates are compared."""

    @property
    def axis(self) -> str:
        """The axis in which those differ that are held against each other."""
        return ADAPTER if self.compared == RATE else self.compared

    @property
    def times(self) -> list[Message]:
        """The times that had to be kept, in words."""
        return [
            message("highest.limit", metric=column, ms=seconds * MILLISECONDS)
            for column, seconds in self.limits.items()
        ]

    def groups(self) -> Sequence[RampedGroup]:
        """Return the groups in the order in which they were measured."""
        groups: dict[str, dict[str, list[Ramp]]] = {}
        commons: dict[str, Conditions] = {}
        for ramp in self.ramps:
            cell = Cell(ramp.contender, ramp.conditions, compared=self.axis)
            commons.setdefault(cell.group, cell.common)
            groups.setdefault(cell.group, {}).setdefault(cell.entrant, []).append(ramp)
        return [
            RampedGroup(commons[name], [HighestRate(*item) for item in self._sorted(entrants)])
            for name, entrants in groups.items()
        ]

    def _sorted(self, entrants: Mapping[str, list[Ramp]]) -> list[tuple[str, list[Ramp]]]:
        places = {name: place for place, name in enumerate(dict.fromkeys(self.order))}
        return sorted(entrants.items(), key=lambda item: places.get(item[0], len(places)))
