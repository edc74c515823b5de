"""The progress of a run: the current cell, those that are done, the time that is left."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from runner.analysis.noise_so_far import NoiseSoFar
from runner.messages import message
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.plan.plan import Cell
    from runner.results.row import Row

BELIEVED = 15.0
"""Seconds of finished work that count as much as the expectation."""


class Pace:
    """Estimates the time left from the time of what has been done."""

    def __init__(self, seconds: float) -> None:
        """Take the expected seconds of all that is to come."""
        self._began = time.monotonic()
        self._seconds = seconds
        self._seconds_done = 0.0

    def did(self, seconds: float) -> None:
        """Note something that is done, by its expected seconds."""
        self._seconds_done += seconds

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    @property
    def left(self) -> float:
        """Seconds that remain, if the rest is as slow against its expectation as what is done."""
        slowness = (self.elapsed + BELIEVED) / (self._seconds_done + BELIEVED)
        return max(0.0, self._seconds - self._seconds_done) * slowness


class Progress(Pace):
    """Counts cells and estimates the time left from the time of the finished ones."""

    def __init__(
        self,
        expected: Mapping[str, float],
        cells: int,
        seconds: float,
        baseline: str | None = None,
    ) -> None:
        """Take the expected seconds of each cell by its id, and of all `cells` that are to come."""
        super().__init__(seconds)
        self._expected = expected
        self.cells = cells
        self.done = 0
        self.bad = 0
        self.now = message("screen.starting")
        self.last: Row | None = None
        self.latest: dict[str, Row] = {}
        """The last good row of each entrant that has a speed, in the order of the first."""
        self.noise = NoiseSoFar(baseline)

    def begins(self, cell: Cell, round_: int) -> None:
        """Note the cell that is measured now; round 0 is before the first."""
        before = message("screen.ramp", cell=cell.id)
        self.now = message("screen.round", round=round_, cell=cell.id) if round_ else before

    def ended(self, result: Row) -> None:
        """Note a row that has been measured."""
        self.done += 1
        self.bad += result.bad
        self.did(self._expected.get(result.cell.id, 0.0))
        self.last = result
        self.noise.take(result)
        if not result.bad and result.conditions.steady and result.role is not Role.CONTROL:
            self.latest[result.entrant] = result
