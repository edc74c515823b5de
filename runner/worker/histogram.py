"""Times in bounded memory: a log-linear histogram, exact to 0.1 %, with no upper limit.

Its buckets are those of HdrHistogram with three significant digits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from runner.worker import hdr_payload

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

OCTAVE = 10
STEPS = 1 << OCTAVE
"""Buckets of an octave: a bucket is 1/1024 of its value wide, its middle off by 0.05 % at most."""

BEYOND = 10
"""Samples that must lie beyond a percentile before it is given (METHOD 6)."""


def buckets(values: Integers) -> Integers:
    """Return the number of the bucket of each value; up to 2047 ns a bucket is a nanosecond."""
    exponents = np.frexp(values.astype(np.float64))[1].astype(np.int64) - 1
    shifts = np.maximum(exponents - OCTAVE, 0)
    numbers: Integers = shifts * STEPS + (values >> shifts)
    return numbers


def lower(numbers: Integers) -> Integers:
    """Return the smallest value of each bucket."""
    shifts = _shifts(numbers)
    values: Integers = (numbers - shifts * STEPS) << shifts
    return values


def middle(numbers: Integers) -> NDArray[np.float64]:
    """Return the value that represents each bucket, its middle."""
    values: NDArray[np.float64] = lower(numbers) + ((1 << _shifts(numbers)) - 1) / 2
    return values


def _shifts(numbers: Integers) -> Integers:
    """Return the binary logarithm of the width of each bucket."""
    shifts: Integers = np.maximum((numbers >> OCTAVE) - 1, 0)
    return shifts


class PlainHistogram(TypedDict):
    """A histogram as JSON has it."""

    total: int
    maximum: int
    counts: str


@dataclass
class Histogram:
    """Counts of durations in nanoseconds. Mean and maximum are exact, percentiles to 0.1 %."""

    counts: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """The counts by bucket, no further than there was need for."""
    total: int = 0
    """The sum of all values."""
    maximum: int = 0

    def add(self, values: Integers) -> None:
        """Count the values, in nanoseconds, none negative."""
        if len(values):
            numbers = buckets(values)
            self._reach(int(numbers.max()) + 1)
            np.add.at(self.counts, numbers, 1)
            self.total += int(values.sum())
            self.maximum = max(self.maximum, int(values.max()))

    def merge(self, other: Histogram) -> None:
        """Add the counts of another histogram."""
        self._reach(len(other.counts))
        self.counts[: len(other.counts)] += other.counts
        self.total += other.total
        self.maximum = max(self.maximum, other.maximum)

    def _reach(self, size: int) -> None:
        """Make room for `size` buckets."""
        if size > len(self.counts):
            counts = np.zeros(size, dtype=np.int64)
            counts[: len(self.counts)] = self.counts
            self.counts = counts

    def __len__(self) -> int:
        """Return the number of values counted."""
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
        number = np.searchsorted(np.cumsum(self.counts), [ceil(count * share)])
        return min(float(middle(number)[0]), float(self.maximum))

    def below(self, value: int) -> int:
        """Count the values in buckets that are wholly below `value`."""
        number = int(buckets(np.array([max(0, value)], dtype=np.int64))[0])
        return int(self.counts[:number].sum())

    def to_json(self) -> PlainHistogram:
        """Convert to plain values, for the wall between two processes."""
        counts = hdr_payload.encode(self.counts)
        return {"total": self.total, "maximum": self.maximum, "counts": counts}

    @classmethod
    def from_json(cls, data: PlainHistogram) -> Histogram:
        """Make a histogram of the plain values of `to_json`. Raises ValueError."""
        return cls(hdr_payload.decode(data["counts"]), data["total"], data["maximum"])


def merged(histograms: Iterable[Histogram]) -> Histogram:
    """Merge histograms into one; none of them is changed."""
    whole = Histogram()
    for histogram in histograms:
        whole.merge(histogram)
    return whole
