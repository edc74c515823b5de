"""The distributions of a turn: the times of each part of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.worker.histogram import Histogram
from runner.worker.protocol import PARTS
from runner.worker.window import FOREVER

if TYPE_CHECKING:
    from runner.worker.arrivals import Accounts
    from runner.worker.histogram import Integers
    from runner.worker.window import Window


class Distributions:
    """An observer: a histogram for each part of the operations that count in the window.

    Waits, and whole operations, are counted from the moment for which they were intended; in an
    open loop the whole from the pick-up is counted beside it.
    """

    def __init__(self, window: Window) -> None:
        self.histograms = {part: Histogram() for part in PARTS}
        self._window = window

    def fold(self, times: Integers, failures: Integers) -> None:
        """Count operations, see `Observer`."""
        intended, picked, got, used, released = times.T
        counted = self._window.counts(intended, released)
        spent = (got - intended, used - got, released - used, released - intended)
        for part, nanoseconds in zip(PARTS, spent, strict=False):
            self.histograms[part].add(nanoseconds[counted])
        if self._window.by_arrival:
            self.histograms["picked"].add((released - picked)[counted])
        self._add_waiting(intended, got, released)
        intended, _, got, ended, _ = failures.T
        self.histograms["failed"].add((ended - intended)[self._window.counts(intended, ended)])
        self._add_waiting(intended, got, ended)

    def account(self, accounts: Accounts) -> None:
        """Count the arrivals that no client took up before the window closed, and lateness."""
        self.histograms["waiting"].add(accounts.unfinished)
        self.histograms["late"].add(accounts.late)

    def _add_waiting(self, intended: Integers, got: Integers, ended: Integers) -> None:
        """Count the waits that the closing of the window cut, up to there (METHOD 4).

        But none that counts as a whole, as in an open loop those that end later do.
        """
        closes = self._window.closes
        if closes != FOREVER:
            across = (intended < closes) & (got >= closes) & ~self._window.counts(intended, ended)
            self.histograms["waiting"].add(closes - intended[across])
