"""A rate that is known: the server sleeps, so a pool can do neither more nor much less."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import fsum
from statistics import median
from typing import TYPE_CHECKING

from runner.config.duration import write_duration
from runner.proof.files import read
from runner.proof.size import CLIENTS, CONNECTIONS, TERMS
from runner.roles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.laboratory import Laboratory
    from runner.proof.size import Size, Step
    from runner.results.run_folder import RunFolder

ADAPTERS = ["psycopg3", "asyncpg"]
HOLD = 0.02
LEAD_IN = 0.02
"""As configured; it becomes three mean operations by itself."""
ROUNDS = 4


@dataclass(frozen=True)
class Rate:
    """`hold` in turns of one length."""

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
    """What pgbench does in the same rounds, on as many connections and without a pool."""
    ops_per_s: float
    """The median of the rounds, as the limit is: a stall of the machine is in one of them."""

    @property
    def off(self) -> float:
        """How far the rate is from the expected one, as a share."""
        return self.ops_per_s / self.expected_ops_per_s - 1

    @property
    def off_limit(self) -> float:
        """The same against pgbench: servers oversleep."""
        return self.ops_per_s / self.limit_ops_per_s - 1


@dataclass(frozen=True)
class Counted:
    """Operations of one statement each: what the clients report, and what the server committed."""

    adapter: str
    workload: str
    operations: int
    commits: int
    sessions: int

    @property
    def more(self) -> int:
        """Commits that no operation asked for: the check of the pool, statements prepared."""
        return self.commits - self.operations


def steps(size: Size, cpus: str | None) -> Iterator[Step]:
    """Yield a run for each length of a turn, and one whose statements are counted."""
    chosen = cpus or "all"
    for turn in size.turns:
        yield f"rate-{chosen}-{turn * 1000:04.0f}ms.csv", partial(measure, size, turn, chosen)
    yield f"statements-{chosen}.csv", partial(count, size, chosen)


def measure(size: Size, turn: float, cpus: str, laboratory: Laboratory) -> list[Rate]:
    """Measure `hold` in turns of that length, beside what pgbench makes of the same server."""
    windows = max(1, round(size.rate_seconds / ROUNDS / (turn - LEAD_IN)))
    found = laboratory.measure(
        {
            **TERMS,
            "matrix": {"adapter": ADAPTERS, "cpus": cpus, "clients": CLIENTS, "workload": "hold"},
            "hold": write_duration(HOLD),
            "limit": True,
            "rounds": ROUNDS,
            "duration": f"{windows * (turn - LEAD_IN):.3f}s",
            "turn": write_duration(turn),
            "lead_in": write_duration(LEAD_IN),
            "warmup": "200ms",
        }
    )
    rows = {
        name: [row for row in found.rows if row.contender == name] for name in (*ADAPTERS, LIMIT)
    }
    rates = {name: median(row.ops_per_s or 0.0 for row in these) for name, these in rows.items()}
    trip = median(line.round_trip_us_p50 for line in found.machine)
    return [
        Rate(
            adapter=name,
            cpus=cpus,
            turn_ms=turn * 1000,
            seconds=fsum(row.seconds or 0.0 for row in rows[name]),
            hold_ms=HOLD * 1000,
            round_trip_us=trip,
            expected_ops_per_s=CONNECTIONS / (HOLD + trip / 1e6),
            limit_ops_per_s=rates[LIMIT],
            ops_per_s=rates[name],
        )
        for name in ADAPTERS
    ]


def count(size: Size, cpus: str, laboratory: Laboratory) -> list[Counted]:
    """Let each client do so many operations, all of which are reported, and ask the server."""
    workloads = ["read", "insert"]
    found = laboratory.measure(
        {
            **TERMS,
            "matrix": {
                "adapter": ADAPTERS,
                "cpus": cpus,
                "clients": CLIENTS,
                "workload": workloads,
            },
            "rounds": 1,
            "operations_per_client": size.counted,
            "warmup": 0,
        }
    )
    return [
        Counted(
            row.contender,
            row.conditions.workload,
            row.operations or 0,
            row.commits or 0,
            row.sessions_opened or 0,
        )
        for row in sorted(found.rows, key=lambda row: (row.conditions.workload, row.contender))
    ]


def tell(run_folder: RunFolder) -> Iterator[str]:
    """Yield how far the rates are from the known one, and what the server counted."""
    lines = read(run_folder, "rate-*.csv", Rate)
    if lines:
        farthest, limit = (
            max(abs(getattr(line, it)) for line in lines) for it in ("off", "off_limit")
        )
        yield (
            f"hold of {lines[0].hold_ms:g} ms, {CLIENTS} clients on {CONNECTIONS} connections: at "
            f"the most {farthest:.1%} from the known rate, {limit:.1%} from that of pgbench"
        )
    for line in lines:
        yield (
            f"  turns of {line.turn_ms:g} ms, {line.adapter}: {line.ops_per_s:.1f} operations a "
            f"second, {line.off:+.1%} of {line.expected_ops_per_s:.1f}; {line.off_limit:+.1%} of "
            f"the {line.limit_ops_per_s:.1f} of pgbench"
        )
    for counted in read(run_folder, "statements-*.csv", Counted):
        yield (
            f"{counted.workload} by {counted.adapter}: {counted.operations} operations reported, "
            f"{counted.commits} committed: {counted.more} more, on {counted.sessions} connections"
        )
