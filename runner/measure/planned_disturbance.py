"""A disturbance at a moment of a turn: the runner does and mends it as it waits for the turn."""

from __future__ import annotations

import math
from contextlib import ExitStack
from time import monotonic_ns, perf_counter_ns
from typing import TYPE_CHECKING

from runner.measure.disturbance import disturbed
from runner.times import SECOND

if TYPE_CHECKING:
    from runner.measure.disturbance import Disturbance, Moments, Target


class PlannedDisturbance:
    """Breaks something at its moment of a turn, and mends it when it has lasted."""

    def __init__(
        self, disturbance: Disturbance, target: Target, opens_at: int, at: float, lasts: float
    ) -> None:
        """Take what to do, when the turn's window opens (see `TurnOrder`), and seconds from there.

        Nothing is done yet.
        """
        self._disturbance = disturbance
        self._target = target
        self._stack = ExitStack()
        self._opens = monotonic_ns() + opens_at - perf_counter_ns()
        self._breaks = self._opens + round(at * SECOND)
        self._mends = self._breaks + round(lasts * SECOND)
        self._done = self._breaks
        self._moments: Moments | None = None

    def watch(self) -> float:
        """Do what is due, and return the seconds until there is more. Raises ServerError."""
        now = monotonic_ns()
        if self._moments is None and now >= self._breaks:
            fault = disturbed(self._disturbance, self._target)
            self._moments = self._stack.enter_context(fault)
            now = monotonic_ns()
            self._done = now if self._disturbance.lasts else self._moments.broken
        if self._moments is not None and now >= self._mends:
            self._stack.close()
            return math.inf
        due = self._breaks if self._moments is None else self._mends
        return max(0.0, (due - now) / SECOND)

    def close(self) -> None:
        """Mend what is still broken. Raises ServerError."""
        self._stack.close()

    @property
    def moments(self) -> tuple[float, float] | None:
        """When it broke and was mended, in seconds of the window; None where it never began."""
        if self._moments is None:
            return None
        broken, mended = self._moments.broken, self._moments.mended or self._moments.broken
        return (broken - self._opens) / SECOND, (mended - self._opens) / SECOND

    @property
    def done(self) -> float:
        """When all was broken, likewise; where it is over at once, when it broke."""
        return (self._done - self._opens) / SECOND

    def slot(self, length: float) -> int:
        """Return the number of the stretch of that many seconds of the window that it is now."""
        return math.floor((monotonic_ns() - self._opens) / SECOND / length)
