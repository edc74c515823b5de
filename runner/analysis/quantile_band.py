"""The mean of the values between two quantiles, which the outer ones cannot move."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class QuantileBand:
    """A band from one quantile to another: 0.25 is a quarter of the way from the least value."""

    low: float
    high: float

    def mean(self, values: Sequence[float]) -> float:
        """Return the mean of what lies in the band; ValueError without a value.

        Of n values in order, the i-th stands for the quantiles from (i - 1) / n to i / n, and
        weighs as much as of that lies in the band. So no value is rounded in or out, whatever n is.
        """
        if not values:
            raise ValueError("no values")
        count = len(values)
        low, high = count * self.low, count * self.high
        ordered = sorted(values)
        weighed = [
            (min(high, place + 1) - max(low, place), ordered[place])
            for place in range(math.floor(low), min(count, math.ceil(high)))
        ]
        return sum(weight * value for weight, value in weighed) / (high - low)


MIDDLE_HALF = QuantileBand(0.25, 0.75)
"""Its mean is the midmean (J. W. Tukey: Exploratory Data Analysis, 1977)."""
QUIET = QuantileBand(0.67, 0.98)
"""Of rates: those of the machine that is left alone, since a neighbour can only slow them down. The
last fiftieth may be an accident of the edges of a window."""
