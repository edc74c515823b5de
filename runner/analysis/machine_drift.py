"""A machine that has changed its speed during a run."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.messages import Message
    from runner.results.yardstick import Yardstick

DRIFT = 0.10
"""From the beginning of a run to its end; more than that is said."""


def drifts(lines: Sequence[Yardstick]) -> list[Message]:
    """Say by how much the machine has changed its speed, where that is more than a tenth.

    The first half of the run is held against the second, by medians.
    """
    half = len(lines) // 2
    if not half:
        return []
    measured = {
        message("drift.round_trip"): [line.round_trip_us_p50 for line in lines],
        message("drift.cpu_loop"): [line.cpu_loop_ms_p50 for line in lines],
    }
    drifted = []
    for what, values in measured.items():
        change = median(values[-half:]) / median(values[:half]) - 1
        if change > DRIFT:
            drifted.append(message("drift.longer", what=what, change=change))
        if change < -DRIFT:
            drifted.append(message("drift.shorter", what=what, change=-change))
    return drifted
