"""The distributions of a turn: the times of each part of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.worker.histogram import Histogram
from runner.worker.protocol import PARTS

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
        intended, _, _, ended, _ = failures.T
        self.histograms["failed"].add((ended - intended)[self._window.has(ended)])
