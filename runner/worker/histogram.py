"""Times in bounded memory: a log-linear histogram, exact to half a percent, with no upper limit."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

STEPS = 128
"""Buckets of an octave: a bucket is 1/128 of its value wide, its middle off by 0.4 % at most."""

OCTAVES = 64
SIZE = STEPS * (OCTAVES - 6)
"""Enough for every 63-bit number of nanoseconds: 292 years."""

BEYOND = 10
"""Samples that must lie beyond a percentile before it is given (METHOD 6)."""


def _index(values: Integers) -> Integers:
    """Return the bucket of each value; up to 255 ns a bucket is one nanosecond."""
    exponents = np.frexp(values.astype(np.float64))[1].astype(np.int64) - 1
    shifts = np.maximum(exponents - 7, 0)
    index: Integers = shifts * STEPS + (values >> shifts)
    return index


def lower(index: int) -> int:
    """Return the smallest value of a bucket."""
    shift = max(index // STEPS - 1, 0)
    return (index - shift * STEPS) << shift


@dataclass
class Histogram:
    """Counts of durations in nanoseconds. Mean and maximum are exact, percentiles to 0.4 %."""

    counts: Integers = field(default_factory=lambda: np.zeros(SIZE, dtype=np.int64))
    total: int = 0
    """Sum of all values."""
    maximum: int = 0

    def add(self, values: Integers) -> None:
        """Count the values, in nanoseconds, none negative."""
        if len(values):
            self.counts += np.bincount(_index(values), minlength=SIZE)
            self.total += int(values.sum())
            self.maximum = max(self.maximum, int(values.max()))

    def merge(self, other: Histogram) -> None:
        """Add the counts of another histogram."""
        self.counts += other.counts
        self.total += other.total
        self.maximum = max(self.maximum, other.maximum)

    def __len__(self) -> int:
        """Count all values."""
        return int(self.counts.sum())

    @property
    def mean(self) -> float | None:
        """The exact mean in nanoseconds, None without a value."""
        return self.total / len(self) if len(self) else None

    def percentile(self, share: float) -> float | None:
        """Return the value below which `share` (0 to 1) of all lie, in nanoseconds.

        By nearest rank, the middle of its bucket. None where fewer than ten samples lie beyond it:
        then it would be an anecdote, not a percentile.
        """
        count = len(self)
        if count * (1 - share) < BEYOND - 1e-9:
            return None
        rank = ceil(count * share)
        index = int(np.searchsorted(np.cumsum(self.counts), rank))
        return min((lower(index) + lower(index + 1) - 1) / 2, float(self.maximum))

    def below(self, value: int) -> int:
        """Count the values in buckets that are wholly below `value`."""
        index = int(_index(np.array([max(0, value)], dtype=np.int64))[0])
        return int(self.counts[:index].sum())

    def buckets(self) -> Iterator[tuple[int, int, int]]:
        """Yield `(from, up to but not including, count)` of each bucket that has any."""
        for index in np.flatnonzero(self.counts).tolist():
            yield lower(index), lower(index + 1), int(self.counts[index])

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values, for the wall between two processes."""
        filled = np.flatnonzero(self.counts).tolist()
        pairs = [[index, int(self.counts[index])] for index in filled]
        return {"total": self.total, "maximum": self.maximum, "counts": pairs}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Histogram:
        """Make it of what `to_json` returned."""
        histogram = cls(total=data["total"], maximum=data["maximum"])
        for index, count in data["counts"]:
            histogram.counts[index] = count
        return histogram


def merged(histograms: Iterable[Histogram]) -> Histogram:
    """Return one histogram of all."""
    whole = Histogram()
    for histogram in histograms:
        whole.merge(histogram)
    return whole
