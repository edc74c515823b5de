"""The time line of a turn: the counts of each tenth of a second, where a cell changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from adapters.base import Failure, PoolStats
from runner.times import SLOT_MS
from runner.worker.observer import KINDS
from runner.worker.protocol import Slot
from runner.worker.window import FOREVER

if TYPE_CHECKING:
    from runner.worker.histogram import Integers
    from runner.worker.window import Window

SLOT = SLOT_MS * 1_000_000

LOST = KINDS.index(Failure.CONNECTION_LOST)
MOST_BROKEN = 1000
"""Connections handed out broken that are noted: more are no other story."""


class TimeLine:
    """An observer: counts operations, failures and clients in slots of the window."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.broken: list[int] = []
        """See `TurnRecord.broken`."""
        self._gauges: dict[int, PoolStats] = {}
        names = ("operations", "failures", "steps", "rest", "held", "held_rest")
        self._counts = {name: np.zeros(0, dtype=np.int64) for name in names}
        """Counts by slot. `steps` is the growth of the waiting clients in a slot, `rest` the
        nanoseconds of the slot after each of those steps; likewise of the connections held."""

    def fold(self, times: Integers, failures: Integers) -> None:
        """Count operations, see `Observer`."""
        for name, ended in (("operations", times[:, 4]), ("failures", failures[:, 3])):
            inside = ended[self._window.has(ended)]
            self._add(name, (inside - self._window.opens) // SLOT, np.ones_like(inside))
        for rows in (times, failures):
            self._step("steps", "rest", rows[:, 1], 1)
            self._step("steps", "rest", rows[:, 2], -1)
        self._step("held", "held_rest", times[:, 2], 1)
        self._step("held", "held_rest", times[:, 4], -1)
        self._note_broken(failures)

    def _note_broken(self, failures: Integers) -> None:
        """Note when connections were handed out that were lost before they were given back."""
        got, ended, kinds = failures[:, 2:5].T
        lost = (kinds == LOST) & (got < ended) & self._window.has(ended)
        room = MOST_BROKEN - len(self.broken)
        self.broken += (got[lost] - self._window.opens)[:room].tolist()

    def gauge(self, at: int, stats: PoolStats) -> None:
        """Note the gauges of the pool at a moment; the last of a slot count."""
        self._gauges[(at - self._window.opens) // SLOT] = stats

    def slots(self) -> tuple[Slot, ...]:
        """Make the line: what is not counted in it is the mean over the slot.

        It has no slots beyond the last event where the window has no end.
        """
        window = self._window
        ended = window.closes < FOREVER
        length = window.closes - window.opens if ended else SLOT * len(self._counts["steps"])
        self._grow(-(-length // SLOT))
        counts = self._counts
        widths = np.minimum(SLOT, length - SLOT * np.arange(len(counts["steps"])))
        waiting = self._mean("steps", "rest", widths)
        holding = self._mean("held", "held_rest", widths)
        gauges = [self._gauges.get(slot, PoolStats()) for slot in range(len(widths))]
        return tuple(
            map(
                Slot,
                counts["operations"].tolist(),
                counts["failures"].tolist(),
                waiting,
                holding,
                (it.size for it in gauges),
                (it.idle for it in gauges),
                (it.waiting for it in gauges),
            )
        )

    def _mean(self, steps_name: str, rest_name: str, widths: Integers) -> list[float]:
        """Return the mean over each slot of what changes in steps."""
        steps, rest = self._counts[steps_name], self._counts[rest_name]
        whole = (np.cumsum(steps) - steps) * widths + rest - steps * (SLOT - widths)
        means: list[float] = (whole / widths).tolist()
        return means

    def _step(self, steps: str, rest: str, moments: Integers, change: int) -> None:
        """Let a number change at these moments."""
        moments = np.maximum(moments, self._window.opens)
        slots, into = np.divmod(
            moments[moments < self._window.closes] - self._window.opens, np.int64(SLOT)
        )
        self._add(steps, slots, np.full_like(slots, change))
        self._add(rest, slots, change * (SLOT - into))

    def _add(self, name: str, slots: Integers, values: Integers) -> None:
        if len(slots):
            self._grow(int(slots.max()) + 1)
            np.add.at(self._counts[name], slots, values)

    def _grow(self, number: int) -> None:
        for name, counts in self._counts.items():
            missing = max(0, number - len(counts))
            self._counts[name] = np.pad(counts, (0, missing))
