"""What the harness costs: CPU on a pool that does nothing, speed against bare loops, memory.

`make overhead`, or `python -m runner.proof.overhead cpu drivers memory comparison` for some of it.
Figures are printed and nothing is asserted: machines differ, and a busy one differs from itself.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import psutil

import adapters
from adapters import Concurrency, Pedido, PoolOptions, step
from runner.analysis.comparison import compare
from runner.axes import Conditions, PoolSize
from runner.plan.plan import Cell
from runner.results.row import Row, Status
from runner.results.rows import Rows
from runner.server.embedded import EmbeddedServer
from runner.worker.client import Client, Load, client
from runner.worker.distributions import Distributions
from runner.worker.executor import executor_for
from runner.worker.protocol import OpenOrder, TurnOrder
from runner.worker.tally import Tally
from runner.worker.turn import Turn
from runner.worker.window import FOREVER, Window
from runner.workloads import WORKLOADS, Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from adapters.base import PoolAdapter

    Bare = Callable[[Any, Window], Coroutine[Any, Any, int]]

MICROSECOND = 1e-6
SECOND = 1_000_000_000
BASE = Row(
    cell=Cell("a0", Conditions(pool_size=PoolSize(5, 5))),
    session=1,
    round=1,
    position=1,
    driver="noop",
    driver_version="",
    pooled=True,
    status=Status.OK,
    operations=1000,
    ok=1000,
)
DAY = dt.date(2026, 1, 1)
ROW = ("overhead", "un pedido de prueba", DAY)


def one_client(pool: PoolAdapter[Any], workload: str, operations: int = FOREVER) -> Client:
    """Make a client of ours; its clock is not set yet."""
    window, ledger = Window(0, 0, operations), Ledger("overhead-0", Random(1))
    load = Load(WORKLOADS[workload])
    tally = Tally(window, 1, [Distributions(window)])
    return Client(0, pool, load, window, ledger, tally, Random(2), capacity=4096)


def set_clock(me: Client, seconds: float) -> None:
    """Let the client's window open now."""
    me.window.opens = time.perf_counter_ns()
    me.window.closes = me.window.opens + int(seconds * SECOND)


def folded(me: Client) -> int:
    """Fold the rest, and return the number of operations."""
    me.fold()
    return me.tally.succeeded


def cpu() -> None:
    """Print the CPU of an operation on `noop`, one thread, 10th percentile of slices."""
    print("CPU per operation on noop, one thread, 200 slices of 20 ms:")
    for workload in ("checkout", "insert"):
        pool = adapters.create("noop", "", PoolOptions())
        step(pool.open())
        costs = []
        for _ in range(200):
            me = one_client(pool, workload)
            set_clock(me, 0.02)
            began = time.thread_time()
            step(client(me))
            operations = folded(me)
            costs.append((time.thread_time() - began) / operations / MICROSECOND)
        costs.sort()
        turns = sorted(_turn_costs(pool, workload))
        print(
            f"  {workload:10} {costs[20]:.2f} us (10th percentile), {costs[100]:.2f} (median); "
            f"in a whole turn, all meters on: {turns[2]:.2f}, {turns[10]:.2f}"
        )


def _turn_costs(pool: PoolAdapter[Any], workload: str) -> Iterator[float]:
    """Yield the CPU of the whole process per operation, in microseconds, of 20 real turns."""
    executor, load = executor_for(pool), Load(WORKLOADS[workload])
    cell = OpenOrder("noop", "", 1, 1, 1.0, "equal", {}, workload, 1, "overhead", "seed")
    for number in range(20):
        record = Turn(cell, TurnOrder(number, 0.02, 0.2), load, pool).take(executor)
        yield record.cpu / 1000 / record.weight


async def bare_psycopg2(pool: Any, window: Window) -> int:
    """Write what somebody writes by hand with `ThreadedConnectionPool`."""
    operations = 0
    while time.perf_counter_ns() < window.closes:
        connection = pool.pool.getconn()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
                "VALUES (%s, %s, %s) RETURNING id",
                ROW,
            )
            Pedido(*ROW, *cursor.fetchone())
        pool.pool.putconn(connection)
        operations += 1
    return operations


async def bare_psycopg3(pool: Any, window: Window) -> int:
    """Write what somebody writes by hand with `ConnectionPool`."""
    operations = 0
    while time.perf_counter_ns() < window.closes:
        connection = pool.pool.getconn()
        row = connection.execute(
            "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
            "VALUES ($1, $2, $3) RETURNING id",
            ROW,
        ).fetchone()
        Pedido(*ROW, *row)
        pool.pool.putconn(connection)
        operations += 1
    return operations


async def bare_asyncpg(pool: Any, window: Window) -> int:
    """Write what somebody writes by hand with `asyncpg.Pool`."""
    operations = 0
    while time.perf_counter_ns() < window.closes:
        connection = await pool.pool.acquire(timeout=pool.options.timeout)
        row = await connection.fetchrow(
            "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
            "VALUES ($1, $2, $3) RETURNING id",
            *ROW,
        )
        Pedido(*ROW, *row)
        await pool.pool.release(connection)
        operations += 1
    return operations


BARE: dict[str, Bare] = {
    "psycopg2": bare_psycopg2,
    "psycopg3": bare_psycopg3,
    "asyncpg": bare_asyncpg,
}
PAIRS, SLICE = 300, 0.03


def drivers() -> None:
    """Print how fast one client of ours is against a bare loop on the same pool, alternating.

    Client and server keep to cores of their own where the platform can (METHOD 12): else the
    figure is of the scheduler.
    """
    print(f"operations per second against a bare loop, {PAIRS} pairs of slices of {SLICE} s:")
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    _keep_to(cores[:-1])
    with EmbeddedServer(max_connections=30) as server:
        _keep_to(cores[-1:])
        server.prepare(["overhead"])
        for name, bare in BARE.items():
            dsn = server.dsn("overhead", "overhead")
            pool = adapters.create(name, dsn, PoolOptions(min_size=1, max_size=1))
            play = step if pool.concurrency is Concurrency.THREADS else asyncio.run
            pairs = play(_pairs(pool, bare))
            low, middle, high = statistics.quantiles(ours / theirs for ours, theirs in pairs)
            alone = statistics.median(1 / theirs for _, theirs in pairs) / MICROSECOND
            more = statistics.median(1 / ours - 1 / theirs for ours, theirs in pairs) / MICROSECOND
            print(
                f"  {name:10} {middle:.3f} (half of the pairs within {low:.3f} to {high:.3f}); "
                f"{more:.1f} us more than {alone:.0f}"
            )


def _keep_to(cores: list[int]) -> None:
    if cores:
        os.sched_setaffinity(0, cores)


async def _pairs(pool: PoolAdapter[Any], bare: Bare) -> list[tuple[float, float]]:
    """Return the rates of neighbouring slices, ours and the bare one."""
    await pool.open()

    async def ours() -> float:
        me = one_client(pool, "insert")
        set_clock(me, SLICE)
        began = time.perf_counter()
        await client(me)
        seconds = time.perf_counter() - began
        return folded(me) / seconds  # what is left is folded when nothing is measured

    async def theirs() -> float:
        window = Window(0, time.perf_counter_ns() + int(SLICE * SECOND))
        began = time.perf_counter()
        return await bare(pool, window) / (time.perf_counter() - began)

    pairs = []
    for pair in range(PAIRS):
        first, second = (ours, theirs) if pair % 2 else (theirs, ours)
        rates = {first: await first(), second: await second()}
        pairs.append((rates[ours], rates[theirs]))
    await pool.close()
    return pairs[PAIRS // 10 :]  # the first ones warm up


MILLIONS = 50


def memory() -> None:
    """Print how much memory a cell of 50 million operations takes, in a process of its own."""
    print(
        f"resident memory of a cell, checkout on noop, one client, {MILLIONS} million operations:"
    )
    code = f"from runner.proof.overhead import long_cell; long_cell({MILLIONS * 1_000_000})"
    subprocess.run([sys.executable, "-c", code], check=True)


def long_cell(operations: int) -> None:
    """Run so many operations in this process and print what it takes."""
    pool = adapters.create("noop", "", PoolOptions())
    step(pool.open())
    me = one_client(pool, "checkout", operations)
    set_clock(me, 3600.0)
    before = psutil.Process().memory_info().rss
    step(client(me))
    counted = folded(me)
    after = psutil.Process().memory_info().rss
    print(f"  {after / 1e6:.0f} MB after {counted:,} operations, {before / 1e6:.0f} before")


CELLS, ROUNDS = 1_000, 10


def comparison() -> None:
    """Print how long the comparison of a large run takes."""
    rng = Random(1)
    rows = [
        replace(
            BASE,
            cell=Cell(f"a{number % 5}", replace(BASE.conditions, clients=number // 5 + 1)),
            round=round_,
            ops_per_s=1000 * rng.lognormvariate(0, 0.1),
            total_ms_mean=rng.lognormvariate(0, 0.1),
            total_ms_p99=rng.lognormvariate(0, 0.1),
            wait_ms_p99=rng.lognormvariate(0, 0.1),
            client_cpu_us_per_op=rng.lognormvariate(0, 0.1),
        )
        for round_ in range(1, ROUNDS + 1)
        for number in range(CELLS)
    ]
    began = time.perf_counter()
    report = compare(Rows(rows), baseline="a0")
    seconds = time.perf_counter() - began
    print(
        f"comparing {CELLS:,} cells x {ROUNDS} rounds: {seconds:.2f} s, {len(report.lines)} lines"
    )


PARTS = {"cpu": cpu, "drivers": drivers, "memory": memory, "comparison": comparison}


def main() -> None:
    """Run the parts that were named, or all."""
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()


if __name__ == "__main__":
    main()
