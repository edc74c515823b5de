"""The cost of an open loop and its lateness, on a pool that does nothing."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from random import Random
from time import perf_counter_ns
from typing import TYPE_CHECKING

import numpy as np

from adapters.base import Concurrency, PoolOptions
from adapters.blocking import step
from adapters.noop import Noop
from runner.worker.client import Load
from runner.worker.executor import executor_for
from runner.worker.protocol import OpenOrder, TurnOrder
from runner.worker.turn import Turn
from runner.workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.worker.executor import Executor
    from runner.worker.protocol import TurnRecord

CLIENTS = 10
RATES = (500.0, 2000.0)
SECONDS = 2.0
SLEEPS = 300
"""Sleeps of at most 2 ms that the system's own timers are tried with."""
MICROSECOND = 1000


class NoopTasks(Noop):
    """The pool that does nothing, for tasks."""

    concurrency = Concurrency.TASKS


@dataclass(frozen=True)
class ArrivalsCost:
    """Clients of one kind at one rate; all are microseconds."""

    kind: str
    rate: float
    cpu: float
    """CPU of the process for an operation, whatever wakes it included."""
    late_p50: float
    late_p99: float
    sleep_p50: float
    """How late a sleep ends that is left to the loop, or to the system; below 0 it is early."""
    sleep_p99: float


def measure(seconds: float = SECONDS, sleeps: int = SLEEPS) -> Iterator[ArrivalsCost]:
    """Measure threads, tasks of asyncio, and those of uvloop where it is installed."""
    kinds: dict[str, tuple[type[Noop], str]] = {
        "threads": (Noop, "asyncio"),
        "asyncio": (NoopTasks, "asyncio"),
    }
    if find_spec("uvloop"):
        kinds["uvloop"] = (NoopTasks, "uvloop")
    for kind, (pool_class, loop) in kinds.items():
        pool = pool_class("", PoolOptions(loop=loop))
        executor = executor_for(pool)
        step(pool.open())
        plain = _sleeps(pool, executor, sleeps)
        for rate in RATES:
            record = _turn(pool, executor, rate, seconds)
            late = record.histograms["late"]
            yield ArrivalsCost(
                kind,
                rate,
                record.cpu / MICROSECOND / record.weight,
                (late.percentile(0.5) or 0.0) / MICROSECOND,
                (late.percentile(0.99) or 0.0) / MICROSECOND,
                *plain,
            )


def _sleeps(pool: Noop, executor: Executor, sleeps: int) -> tuple[float, float]:
    """Return the median and the p99 of how late the pool's own sleep ends, in microseconds."""
    late: list[float] = []
    chance = Random(1)

    async def sleep() -> None:
        for _ in range(sleeps):
            seconds = 0.002 * chance.random()
            before = perf_counter_ns()
            await pool.sleep(seconds)
            late.append((perf_counter_ns() - before) / MICROSECOND - seconds * 1e6)

    executor.run(sleep)
    middle, most = np.percentile(late, [50, 99]).tolist()
    return middle, most


def _turn(pool: Noop, executor: Executor, rate: float, seconds: float) -> TurnRecord:
    cell = OpenOrder("noop", "", 1, 1, 1.0, "equal", {}, "insert", CLIENTS, "overhead", "seed")
    order = TurnOrder(1, 0.1, seconds, rate=rate)
    return Turn(cell, order, Load(WORKLOADS["insert"]), pool).take(executor)
