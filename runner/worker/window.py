"""The counted time of a turn, the same for all of its clients and for everything that counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runner.worker.histogram import Integers

FOREVER = 2**62
"""A moment of `perf_counter_ns` that does not come."""


@dataclass(slots=True)
class Window:
    """The time from `opens` up to but not including `closes`, moments of `perf_counter_ns`."""

    opens: int = FOREVER
    closes: int = FOREVER
    """The end: no operation is begun after it; 0 ends every client after its operation."""
    operations: int = FOREVER
    """The largest number of operations that a client attempts."""
    by_arrival: bool = False
    """Operations belong to the window for whose time they were intended: in an open loop, where
    each has a moment of its own; else to the one in which they end."""

    def has(self, moments: Integers) -> NDArray[np.bool_]:
        """Tell for each moment whether it lies in the window."""
        return (moments >= self.opens) & (moments < self.closes)

    def counts(self, intended: Integers, ended: Integers) -> NDArray[np.bool_]:
        """Tell for each operation whether it counts; one that ends at FOREVER never ended."""
        if self.by_arrival:
            return self.has(intended) & (ended < FOREVER)
        return self.has(ended)

    def part(self, began: Integers, ended: Integers) -> Integers:
        """Measure how many nanoseconds of each stretch lie in the window."""
        within: Integers = np.minimum(ended, self.closes) - np.maximum(began, self.opens)
        return np.maximum(within, 0)
