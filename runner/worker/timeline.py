"""The time line of a turn: the counts of each tenth of a second, where a cell changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runner.worker.protocol import SLOT_MS, Slot
from runner.worker.window import FOREVER

if TYPE_CHECKING:
    from runner.worker.histogram import Integers
    from runner.worker.window import Window

SLOT = SLOT_MS * 1_000_000


class TimeLine:
    """An observer: counts operations, failures and waiting clients in slots of the window."""

    def __init__(self, window: Window) -> None:
        self._window = window
        names = ("operations", "failures", "steps", "rest")
        self._counts = {name: np.zeros(0, dtype=np.int64) for name in names}
        """Counts by slot. `steps` is the growth of the waiting clients in a slot, `rest` the
        nanoseconds of the slot after each of those steps."""

    def fold(self, times: Integers, failures: Integers) -> None:
        """Count operations, see `Observer`."""
        for name, ended in (("operations", times[:, 4]), ("failures", failures[:, 3])):
            inside = ended[self._window.has(ended)]
            self._add(name, (inside - self._window.opens) // SLOT, np.ones_like(inside))
        for rows in (times, failures):
            self._step(rows[:, 1], 1)
            self._step(rows[:, 2], -1)

    def slots(self) -> tuple[Slot, ...]:
        """Make the line: clients that wait for a connection are the mean over the slot.

        It has no slots beyond the last event where the window has no end.
        """
        window = self._window
        ended = window.closes < FOREVER
        length = window.closes - window.opens if ended else SLOT * len(self._counts["steps"])
        self._grow(-(-length // SLOT))
        operations, failures, steps, rest = self._counts.values()
        widths = np.minimum(SLOT, length - SLOT * np.arange(len(steps)))
        waited = (np.cumsum(steps) - steps) * widths + rest - steps * (SLOT - widths)
        columns = (operations.tolist(), failures.tolist(), (waited / widths).tolist())
        return tuple(map(Slot, *columns))

    def _step(self, moments: Integers, change: int) -> None:
        """Let the number of waiting clients change at these moments."""
        moments = np.maximum(moments, self._window.opens)
        slots, into = np.divmod(
            moments[moments < self._window.closes] - self._window.opens, np.int64(SLOT)
        )
        self._add("steps", slots, np.full_like(slots, change))
        self._add("rest", slots, change * (SLOT - into))

    def _add(self, name: str, slots: Integers, values: Integers) -> None:
        if len(slots):
            self._grow(int(slots.max()) + 1)
            np.add.at(self._counts[name], slots, values)

    def _grow(self, number: int) -> None:
        for name, counts in self._counts.items():
            missing = max(0, number - len(counts))
            self._counts[name] = np.pad(counts, (0, missing))
