"""How fast the machine is, apart from any pool: measured before and after each round."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.server.external import Server

ROUND_TRIPS = 200
LOOPS, STEPS = 15, 20_000
DRIFT = 0.10
"""From the beginning of a run to its end; more than that is said."""


@dataclass(frozen=True)
class Yardstick:
    """A line of `yardstick.csv`."""

    session: int
    round: int
    moment: str
    """`before` or `after` the round."""
    round_trip_us_p50: float
    """`SELECT 1` on an open connection, by the runner: next to nothing but the way."""
    round_trip_us_min: float
    cpu_loop_ms_p50: float
    """A fixed loop of Python that needs nothing but the CPU."""


def measure(server: Server, session: int, round_: int, moment: str) -> Yardstick:
    """Measure both, in about 50 ms. Raises ServerError."""
    trips = server.round_trips(ROUND_TRIPS)
    return Yardstick(
        session,
        round_,
        moment,
        median(trips) * 1e6,
        min(trips) * 1e6,
        median(_loop() for _ in range(LOOPS)) * 1e3,
    )


def _loop() -> float:
    began = perf_counter()
    total = 0
    for step in range(STEPS):
        total += step * step
    return perf_counter() - began


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
