"""A trend inside the measured time is flagged, never cut off (METHOD 16)."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST = 5
"""The least number of rates that can show a trend and not chance alone."""

SURE = 0.01
LEAST_TREND = 0.10
"""The least change from the first rate to the last that is flagged."""


def drifts(rates: Sequence[float]) -> bool:
    """Tell whether rates one after the other rise or fall by more than a tenth, and not by chance.

    They are those of a cell's turns, or of the equal parts of its windows. A straight line through
    the logarithms, its slope tested by Student's t.
    """
    if len(rates) < FEWEST or min(rates) <= 0:
        return False
    from scipy.special import stdtr

    times = np.arange(len(rates)) - (len(rates) - 1) / 2
    logs = np.array([log(rate) for rate in rates])
    slope = float((times * logs).sum() / (times**2).sum())
    residuals = logs - logs.mean() - slope * times
    freedom = len(rates) - 2
    error = float(np.sqrt((residuals**2).sum() / freedom / (times**2).sum()))
    chance = 2 * float(stdtr(freedom, -abs(slope) / error)) if error else 0.0
    return chance < SURE and abs(slope) * (len(rates) - 1) > log(1 + LEAST_TREND)
