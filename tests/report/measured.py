"""Rows as a run may well have measured them, always the same."""

from __future__ import annotations

import itertools
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from runner.plan.plan import Cell
from runner.roles import CONTROL, LIMIT, Role
from runner.worker.histogram import Histogram
from tests import builders
from tests.builders import changed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runner.results.row import Row, Status

SPEED = {
    "psycopg2": 12_000,
    "psycopg2-queued": 11_500,
    "psycopg3": 5_200,
    "psycopg3-async": 6_400,
    "asyncpg": 9_800,
}
"""Operations a second: the adapters of the shipped matrix."""

BASELINE = "psycopg3"
SIZE = 5


def rows(
    adapters: Sequence[str] = tuple(SPEED),
    clients: Sequence[int] = (10, 20, 50),
    leaks: Sequence[float] = (0.0, 1.0),
    rounds: int = 5,
    **more: Any,
) -> list[Row]:
    """Return plausible rows of a run with windows of a second, always the same ones."""
    chance = Random(2024)
    points = itertools.product(range(1, rounds + 1), clients, leaks, adapters)
    return [
        changed(_row(chance, *point), position=place, **more) for place, point in enumerate(points)
    ]


def _row(chance: Random, round_: int, clients: int, leak: float, adapter: str) -> Row:
    row = builders.row(
        adapter,
        round=round_,
        clients=clients,
        leak=leak,
        acquire_timeout=5.0,
        driver=adapter,
        driver_version="1",
        starved_clients=None,
        seconds=1.0,
        pool_timeout=0,
        connection_lost=0,
        connection_refused=0,
        query_failed=0,
    )
    raises = adapter == "psycopg2"
    if leak:
        return _run_dry(row, chance, raises=raises)
    speed = SPEED.get(adapter, 7000) * chance.lognormvariate(0, 0.06)
    return _measured(row, speed, raises=raises)


def _measured(row: Row, speed: float, *, raises: bool) -> Row:
    clients = row.conditions.clients
    busy = SIZE if raises else clients
    total, use = 1000 * busy / speed, 1000 * SIZE / speed
    ok, failed = int(speed), 95 * max(0, clients - SIZE) * raises
    return replace(
        row,
        operations=ok + failed,
        ok=ok,
        pool_exhausted=failed,
        failed_share=failed / (ok + failed),
        waiting_clients=max(0, busy - SIZE),
        ops_per_s=speed,
        wait_ms_mean=total - use,
        wait_ms_max=total * 8,
        use_ms_mean=use * 0.9,
        release_ms_mean=use * 0.1,
        total_ms_mean=total,
        total_ms_p50=total * 0.9,
        total_ms_p99=total * 2.5,
        total_ms_p999=total * 5 if ok >= 10_000 else None,
        total_ms_max=total * 9,
        failed_ms_p50=0.02 if failed else None,
        response_ms_p50=total * 0.8,
        response_ms_p99=total * 3,
        response_ms_max=total * 20,
    )


def _run_dry(row: Row, chance: Random, *, raises: bool) -> Row:
    """Return the row of a pool that gave every connection away once."""
    clients = row.conditions.clients
    failed = 95 * clients * raises
    return replace(
        row,
        operations=SIZE + failed,
        ok=SIZE,
        pool_exhausted=failed,
        failed_share=failed / (SIZE + failed),
        leaked=SIZE,
        waiting_clients=0 if raises else clients,
        ops_per_s=float(SIZE),
        wait_ms_mean=0.1,
        wait_ms_max=0.3 if raises else 998 + chance.random(),
        use_ms_mean=0.5,
        release_ms_mean=0.001,
        total_ms_mean=0.6,
        total_ms_max=1.2,
        failed_ms_p50=0.02 if failed else None,
        response_ms_max=0.4 if raises else 998.5,
        exhausted_ms=1.5,
    )


def spoiled(results: Sequence[Row], status: Status, which: Callable[[Row], bool]) -> list[Row]:
    """Make some of the rows bad, their numbers absurd."""
    columns = ("ops_per_s", "total_ms_mean", "total_ms_max", "wait_ms_max", "pool_exhausted")
    absurd: dict[str, Any] = dict.fromkeys(columns, 1e12)
    return [replace(row, status=status, **absurd) if which(row) else row for row in results]


def limited(results: Sequence[Row], rate: float = 24_000.0) -> list[Row]:
    """Add what pgbench did on the same servers."""
    servers = {(row.conditions.of_limit(), row.round): row for row in results}
    limits = [
        replace(row, cell=Cell(LIMIT, conditions, Role.LIMIT), ops_per_s=rate + round_)
        for (conditions, round_), row in servers.items()
    ]
    return [*results, *limits]


def controlled(results: Sequence[Row], factor: float = 1.01) -> list[Row]:
    """Add the baseline a second time, hardly different."""
    chance = Random(7)
    again = [row for row in results if row.contender == BASELINE and not row.conditions.leak]
    return [
        *results,
        *(
            changed(
                row,
                contender=CONTROL,
                ops_per_s=(row.ops_per_s or 0) * factor * chance.lognormvariate(0, 0.01),
            )
            for row in again
        ),
    ]


def costing(results: Sequence[Row]) -> list[Row]:
    """Give every row a cost that follows from its rate."""
    return [
        replace(row, client_cpu_us_per_op=1e6 / row.ops_per_s if row.ops_per_s else None)
        for row in results
    ]


def numbers(results: Sequence[Row], column: str, adapter: str, clients: int) -> list[float]:
    return [
        getattr(row, column)
        for row in results
        if (row.contender, row.conditions.clients, row.conditions.leak) == (adapter, clients, 0)
        and not row.bad
    ]


def timed(results: Sequence[Row]) -> list[tuple[Row, float, dict[str, Histogram]]]:
    """Return the distributions behind rows, as a run keeps them: 2,000 times of each part."""
    measured = []
    for row in results:
        middle = row.total_ms_p50 or 1.0
        measured.append((row, 1.0, {"wait": times(middle / 10), "total": times(middle)}))
    return measured


def times(middle: float) -> Histogram:
    """Return 2,000 times, from half of their middle to half as much again; in milliseconds."""
    histogram = Histogram()
    histogram.add((np.linspace(0.5, 1.5, 2000) * middle * 1e6).astype(np.int64))
    return histogram
