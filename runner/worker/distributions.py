"""The distributions of a turn: the times of each part of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.worker.histogram import Histogram
from runner.worker.protocol import PARTS
from runner.worker.window import FOREVER

if TYPE_CHECKING:
    from runner.worker.histogram import Integers
    from runner.worker.window import Window


class Distributions:
    """An observer: a histogram for each part of the operations that end in the window.

    Waits, and whole operations, are counted from the moment for which they were intended.
    """

    def __init__(self, window: Window) -> None:
        self.histograms = {part: Histogram() for part in PARTS}
        self._window = window

    def fold(self, times: Integers, failures: Integers) -> None:
        """Count operations, see `Observer`."""
        intended, _, got, used, released = times.T
        inside = self._window.has(released)
        spent = (got - intended, used - got, released - used, released - intended)
        for part, nanoseconds in zip(PARTS, spent, strict=False):
            self.histograms[part].add(nanoseconds[inside])
        self._add_waiting(intended, got)
        intended, _, got, ended, _ = failures.T
        self.histograms["failed"].add((ended - intended)[self._window.has(ended)])
        self._add_waiting(intended, got)

    def _add_waiting(self, intended: Integers, got: Integers) -> None:
        """Count the waits that the closing of the window cut, up to there (METHOD 4)."""
        closes = self._window.closes
        if closes != FOREVER:
            across = (intended < closes) & (got >= closes)
            self.histograms["waiting"].add(closes - intended[across])
