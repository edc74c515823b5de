"""The speed of one client of ours against a bare loop on the same pool, slice beside slice."""

from __future__ import annotations

import os
import statistics
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import adapters
from adapters import PoolOptions
from runner.experiment import environment
from runner.proof.overhead.bare_loops import BARE_LOOPS
from runner.proof.overhead.one_client import SECOND, client_of, folded
from runner.worker.client import client
from runner.worker.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.base import PoolAdapter
    from runner.experiment.resources import Resources
    from runner.proof.overhead.bare_loops import BareLoop
    from runner.server.server import Server

MICROSECONDS = 1_000_000
PAIRS, SLICE = 300, 0.03
"""The number of pairs of slices, and the seconds of a slice."""
KEY = "overhead"


@dataclass(frozen=True)
class DriverSpeed:
    """The rate of ours against the bare loop, over pairs of neighbouring slices."""

    adapter: str
    low: float
    ratio: float
    """The median; half of the pairs are within `low` and `high`."""
    high: float
    extra_us: float
    """Microseconds that an operation takes longer, the median."""
    bare_us: float
    """Microseconds of an operation of the bare loop, the median."""


def measure(resources: Resources, pairs: int = PAIRS) -> Iterator[DriverSpeed]:
    """Measure each driver; a tenth of the pairs warms up and does not count.

    Raises ServerError, Interrupted.
    """
    server = resources.server
    with _cores_apart(server):
        server.prepare([KEY])
        for name, loop in BARE_LOOPS.items():
            pool = adapters.create(name, server.dsn(KEY, KEY), PoolOptions(min_size=1, max_size=1))
            measured = partial(_rates, loop=loop, pairs=pairs, resources=resources)
            rates = adapters.play(measured, pool)
            yield _speed(name, rates[pairs // 10 :])
        server.discard([KEY])


def _speed(adapter: str, rates: list[tuple[float, float]]) -> DriverSpeed:
    """Make a line of operations per second, ours and the bare ones."""
    low, ratio, high = statistics.quantiles(ours / bare for ours, bare in rates)
    extra = statistics.median(1 / ours - 1 / bare for ours, bare in rates)
    alone = statistics.median(1 / bare for _, bare in rates)
    return DriverSpeed(adapter, low, ratio, high, extra * MICROSECONDS, alone * MICROSECONDS)


async def _rates(
    pool: PoolAdapter[Any], loop: BareLoop, pairs: int, resources: Resources
) -> list[tuple[float, float]]:
    """Measure neighbouring slices, ours and the bare one, in alternating order."""
    rates = []
    for pair in range(pairs):
        resources.interrupts.check()
        if pair % 2:
            ours, bare = await _ours(pool), await _bare(pool, loop)
        else:
            bare, ours = await _bare(pool, loop), await _ours(pool)
        rates.append((ours, bare))
    return rates


async def _ours(pool: PoolAdapter[Any]) -> float:
    me = client_of(pool, "insert", SLICE)
    began = time.perf_counter()
    await client(me)
    seconds = time.perf_counter() - began
    return folded(me) / seconds  # the rest is folded while nothing is timed


async def _bare(pool: PoolAdapter[Any], loop: BareLoop) -> float:
    window = Window(0, time.perf_counter_ns() + int(SLICE * SECOND))
    began = time.perf_counter()
    return await loop(pool, window) / (time.perf_counter() - began)


@contextmanager
def _cores_apart(server: Server) -> Iterator[None]:
    """Keep client and server to cores of their own where the platform can (METHOD 12).

    Without that the scheduler is measured.
    """
    cores = environment.cores()
    if not environment.can_place():
        yield
        return
    server.keep_to(cores[:-1])
    os.sched_setaffinity(0, cores[-1:])
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
        server.keep_to(None)
