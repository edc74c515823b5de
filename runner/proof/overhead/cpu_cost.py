"""The CPU of an operation on `noop`: without a pool and a server, the harness is what remains."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import adapters
from adapters import PoolOptions, step
from runner.proof.overhead.one_client import client_of, folded
from runner.worker.client import Load, client
from runner.worker.executor import executor_for
from runner.worker.protocol import OpenOrder, TurnOrder
from runner.worker.turn import Turn
from runner.workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.base import PoolAdapter

MICROSECONDS = 1_000_000
SLICES, SLICE = 200, 0.02
"""The number of slices of one client's time, and the seconds of each."""
TURNS = 20


@dataclass(frozen=True)
class CpuCost:
    """Microseconds of CPU of an operation, percentiles of slices and of turns."""

    workload: str
    p10: float
    p50: float
    turn_p10: float
    """In whole turns, with all meters on: the CPU of the process."""
    turn_p50: float


def measure(workload: str, slices: int = SLICES, turns: int = TURNS) -> CpuCost:
    """Measure one client in this thread, and then in turns as a worker takes them.

    The 10th percentile is what the code costs: a busy machine moves the median.
    """
    pool = adapters.create("noop", "", PoolOptions())
    step(pool.open())
    alone = sorted(_slice(pool, workload) for _ in range(slices))
    whole = sorted(_turns(pool, workload, turns))
    return CpuCost(
        workload, alone[slices // 10], alone[slices // 2], whole[turns // 10], whole[turns // 2]
    )


def _slice(pool: PoolAdapter[Any], workload: str) -> float:
    me = client_of(pool, workload, SLICE)
    began = time.thread_time()
    step(client(me))
    operations = folded(me)
    return (time.thread_time() - began) / operations * MICROSECONDS


def _turns(pool: PoolAdapter[Any], workload: str, number: int) -> Iterator[float]:
    executor, load = executor_for(pool), Load(WORKLOADS[workload])
    cell = OpenOrder("noop", "", 1, 1, 1.0, "equal", {}, workload, 1, "overhead", "seed")
    for turn in range(number):
        record = Turn(cell, TurnOrder(turn, 0.02, 0.2), load, pool).take(executor)
        yield record.cpu / 1000 / record.weight
