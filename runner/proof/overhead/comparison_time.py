"""The time that the comparison of a large run takes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from random import Random

from runner.analysis.comparison import compare
from runner.axes import Conditions, PoolSize
from runner.plan.plan import Cell
from runner.results.row import Row, Status
from runner.results.rows import Rows

CELLS, ROUNDS = 1_000, 10
ADAPTERS = 5
NOISE = 0.1
"""Standard deviation of the logarithm of each figure."""


@dataclass(frozen=True)
class ComparisonTime:
    """The size of a run, and the seconds that its comparison took."""

    cells: int
    rounds: int
    lines: int
    seconds: float


def measure(cells: int = CELLS, rounds: int = ROUNDS) -> ComparisonTime:
    """Compare a run of random rows."""
    rng = Random(1)
    rows = Rows(
        [_row(number, round_, rng) for round_ in range(1, rounds + 1) for number in range(cells)]
    )
    began = time.perf_counter()
    comparison = compare(rows, baseline="a0")
    seconds = time.perf_counter() - began
    return ComparisonTime(cells, rounds, len(comparison.lines), seconds)


def _row(number: int, round_: int, rng: Random) -> Row:
    conditions = Conditions(pool_size=PoolSize(5, 5), clients=number // ADAPTERS + 1)
    return Row(
        cell=Cell(f"a{number % ADAPTERS}", conditions),
        session=1,
        round=round_,
        position=1,
        driver="noop",
        driver_version="",
        pooled=True,
        status=Status.OK,
        operations=1000,
        ok=1000,
        ops_per_s=1000 * rng.lognormvariate(0, NOISE),
        total_ms_mean=rng.lognormvariate(0, NOISE),
        total_ms_p99=rng.lognormvariate(0, NOISE),
        wait_ms_p99=rng.lognormvariate(0, NOISE),
        client_cpu_us_per_op=rng.lognormvariate(0, NOISE),
    )
