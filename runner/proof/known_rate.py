"""A rate that is known: the server sleeps, so no pool can do more, and none has to do much less."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import fsum
from statistics import median
from typing import TYPE_CHECKING

from runner.config.duration import write_duration
from runner.proof.base_config import CLIENTS, CONNECTIONS, SHORT_TURNS
from runner.proof.part import Step
from runner.proof.part_files import read
from runner.roles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.experiments import Experiments, Measured
    from runner.proof.sample_sizes import SampleSizes
    from runner.results.run_folder import RunFolder

ADAPTERS = ("psycopg3", "asyncpg")
HOLD = 0.02
"""Seconds that the server sleeps in each operation."""
LEAD_IN = 0.02
"""Seconds, as configured; it becomes three mean operations by itself."""
ROUNDS = 4


@dataclass(frozen=True)
class Rate:
    """The rate of `hold` in turns of one length."""

    adapter: str
    cpus: str
    turn_ms: float
    seconds: float
    """Counted."""
    hold_ms: float
    round_trip_us: float
    """Bare: the median of what the run measured."""
    expected_ops_per_s: float
    """Connections / (hold + bare round trip)."""
    limit_ops_per_s: float
    """The rate of pgbench in the same rounds, on as many connections and without a pool."""
    ops_per_s: float
    """The median of the rounds, as the limit is: a stall of the machine is in one of them."""

    @property
    def off(self) -> float:
        """The deviation from the expected rate, as a share."""
        return self.ops_per_s / self.expected_ops_per_s - 1

    @property
    def off_limit(self) -> float:
        """The deviation from the rate of pgbench, as a share: servers oversleep."""
        return self.ops_per_s / self.limit_ops_per_s - 1


def steps(sizes: SampleSizes, cpus: str | None) -> Iterator[Step]:
    """Yield a run for each length of a turn."""
    placement = cpus or "all"
    for turn in sizes.turns:
        file = f"rate-{placement}-{turn * 1000:04.0f}ms.csv"
        yield Step(file, partial(measure, sizes, turn, placement))


def measure(sizes: SampleSizes, turn: float, cpus: str, experiments: Experiments) -> list[Rate]:
    """Measure `hold` in turns of that many seconds, beside pgbench on the same server."""
    windows = max(1, round(sizes.rate_seconds / ROUNDS / (turn - LEAD_IN)))
    measured = experiments.measure(
        {
            **SHORT_TURNS,
            "matrix": {
                "adapter": ADAPTERS,
                "cpus": cpus,
                "clients": CLIENTS,
                "workload": "hold",
            },
            "hold": write_duration(HOLD),
            "limit": True,
            "rounds": ROUNDS,
            "duration": f"{windows * (turn - LEAD_IN):.3f}s",
            "turn": write_duration(turn),
            "lead_in": write_duration(LEAD_IN),
            "warmup": "200ms",
        }
    )
    return [_rate(measured, name, cpus, turn) for name in ADAPTERS]


def _rate(measured: Measured, adapter: str, cpus: str, turn: float) -> Rate:
    round_trip_us = median(line.round_trip_us_p50 for line in measured.machine)
    return Rate(
        adapter=adapter,
        cpus=cpus,
        turn_ms=turn * 1000,
        seconds=fsum(row.seconds or 0.0 for row in measured.rows if row.contender == adapter),
        hold_ms=HOLD * 1000,
        round_trip_us=round_trip_us,
        expected_ops_per_s=CONNECTIONS / (HOLD + round_trip_us / 1e6),
        limit_ops_per_s=_median_rate(measured, LIMIT),
        ops_per_s=_median_rate(measured, adapter),
    )


def _median_rate(measured: Measured, contender: str) -> float:
    return median(row.ops_per_s or 0.0 for row in measured.rows if row.contender == contender)


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield the deviations from the known rate."""
    lines = read(run_folder, "rate-*.csv", Rate)
    if lines:
        off = max(abs(line.off) for line in lines)
        off_limit = max(abs(line.off_limit) for line in lines)
        yield (
            f"hold of {lines[0].hold_ms:g} ms, {CLIENTS} clients on {CONNECTIONS} connections: "
            f"within {off:.1%} of the known rate, within {off_limit:.1%} of that of pgbench"
        )
    for line in lines:
        yield (
            f"  turns of {line.turn_ms:g} ms, {line.adapter}: {line.ops_per_s:.1f} operations a "
            f"second, {line.off:+.1%} of {line.expected_ops_per_s:.1f}; {line.off_limit:+.1%} of "
            f"the {line.limit_ops_per_s:.1f} of pgbench"
        )
