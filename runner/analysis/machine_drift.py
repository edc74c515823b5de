"""A machine that has changed its speed during a run."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.yardstick import Yardstick

DRIFT = 0.10
"""From the beginning of a run to its end; more than that is said."""


def drifts(lines: Sequence[Yardstick]) -> list[str]:
    """Say by how much the machine has changed its speed, where that is more than a tenth.

    The first half of the run is held against the second, by medians.
    """
    half = len(lines) // 2
    if not half:
        return []
    words = {
        "the bare round trip": [line.round_trip_us_p50 for line in lines],
        "a fixed CPU loop": [line.cpu_loop_ms_p50 for line in lines],
    }
    sentences = []
    for what, values in words.items():
        change = median(values[-half:]) / median(values[:half]) - 1
        if abs(change) > DRIFT:
            slower = "longer" if change > 0 else "shorter"
            sentences.append(
                f"the machine drifted: {what} took {abs(change):.0%} {slower} in the second half "
                "of the run than in the first"
            )
    return sentences
