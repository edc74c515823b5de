"""The line of `yardstick.csv`: the speed of the machine, apart from any pool."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Yardstick:
    """A line of `yardstick.csv`."""

    session: int
    round: int
    moment: str
    """`before` or `after` the round."""
    round_trip_us_p50: float
    """The time of `SELECT 1` on an open connection of the runner: next to nothing but the way."""
    round_trip_us_min: float
    cpu_loop_ms_p50: float
    """The time of a fixed loop of Python that needs nothing but the CPU."""
