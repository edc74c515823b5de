"""More arrivals than can be served: who counts from the arrival sees the queue, and who else not.

G. Tene: How NOT to Measure Latency, 2013, called it coordinated omission.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from runner.config.duration import write_duration
from runner.proof.base_config import BASE_CONFIG
from runner.proof.part import Step
from runner.proof.part_files import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.experiments import Experiments, Measured
    from runner.proof.sample_sizes import SampleSizes
    from runner.results.run_folder import RunFolder

ADAPTERS = ("psycopg3", "asyncpg")
CONNECTIONS = 2
HOLD = 0.01
"""Seconds for which an operation keeps its connection busy."""
LOAD = 1.1
"""Arrivals against what so many connections can serve at most."""
LEAD_IN = 0.5
ROUNDS = 3


@dataclass(frozen=True)
class Omission:
    """The medians of an adapter, both over the same operations; over the rounds the middle one."""

    adapter: str
    cpus: str
    seconds: float
    """Counted in a round."""
    rate_per_s: float
    from_arrival_ms: float
    from_pick_up_ms: float


def steps(sizes: SampleSizes, cpus: str | None) -> Iterator[Step]:
    """Yield one run."""
    placement = cpus or "all"
    yield Step(f"omission-{placement}.csv", partial(measure, sizes, placement))


def measure(sizes: SampleSizes, cpus: str, experiments: Experiments) -> list[Omission]:
    """Measure `hold` at a rate that is too high, with as many clients ready as connections."""
    seconds = sizes.omission_seconds
    measured = experiments.measure(
        {
            **BASE_CONFIG,
            "rounds": ROUNDS,
            "pool": {"max_size": CONNECTIONS, "timeout": "5s"},
            "hold": write_duration(HOLD),
            "duration": write_duration(seconds),
            "turn": write_duration(seconds + LEAD_IN),
            "lead_in": write_duration(LEAD_IN),
            "matrix": {
                "adapter": ADAPTERS,
                "cpus": cpus,
                "clients": CONNECTIONS,
                "rate": LOAD * CONNECTIONS / HOLD,
                "workload": "hold",
            },
        }
    )
    return [_line(measured, adapter, cpus, seconds) for adapter in ADAPTERS]


def _line(measured: Measured, adapter: str, cpus: str, seconds: float) -> Omission:
    rows = [row for row in measured.rows if row.contender == adapter]
    return Omission(
        adapter=adapter,
        cpus=cpus,
        seconds=seconds,
        rate_per_s=median(row.rate_per_s or 0.0 for row in rows),
        from_arrival_ms=median(row.total_ms_p50 or 0.0 for row in rows),
        from_pick_up_ms=median(row.picked_ms_p50 or 0.0 for row in rows),
    )


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield both medians of each adapter."""
    lines = read(run_folder, "omission-*.csv", Omission)
    if lines:
        first = lines[0]
        yield (
            f"hold of {HOLD * 1000:g} ms on {CONNECTIONS} connections, {first.rate_per_s:g} "
            f"arrivals a second for {first.seconds:g} s: {LOAD:.0%} of what can be served"
        )
    for line in lines:
        yield (
            f"  {line.adapter}: p50 {line.from_arrival_ms:.0f} ms from the arrival, "
            f"{line.from_pick_up_ms:.1f} ms from the pick-up"
        )
