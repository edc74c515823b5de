"""Slices of time of several loops over one pool, in an order shuffled anew each time.

Played in a worker: every loop has the same process, pool and connections.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from runner.proof.overhead.bare_loops import BARE_LOOPS
from runner.proof.overhead.bare_slice import PATIENCE, BareSlice
from runner.proof.overhead.layers import LAYERS
from runner.worker.client import Load
from runner.worker.protocol import OpenOrder, TurnOrder
from runner.worker.turn import Turn
from runner.workloads import WORKLOADS

if TYPE_CHECKING:
    from adapters.base import PoolAdapter
    from runner.worker.events import Events
    from runner.worker.executor import Executor

BARE, OURS = "bare", "ours"
LONGEST_NAME = max(map(len, (BARE, OURS, *LAYERS)))
"""Characters: every loop sends as many bytes."""


@dataclass(frozen=True)
class Sizes:
    """The clients and the times of every slice, in seconds."""

    adapter: str
    clients: int
    error_pause: float
    lead_in: float
    length: float

    def rate(self, loop: str, pool: PoolAdapter[Any], executor: Executor, number: int) -> float:
        """Take a slice of the loop of that name, and return its operations per second."""
        name = loop.ljust(LONGEST_NAME, "-")
        if loop == OURS:
            return self._ours(name, pool, executor, number)
        function = BARE_LOOPS[self.adapter] if loop == BARE else LAYERS[loop]
        bare = BareSlice(pool, function, self.clients, name, self.error_pause)
        return bare.rate(executor, self.lead_in, self.length)

    def _ours(self, name: str, pool: PoolAdapter[Any], executor: Executor, number: int) -> float:
        """Take a turn as a worker takes it, with all its meters."""
        load = Load(WORKLOADS["insert"], error_pause=self.error_pause)
        cell = OpenOrder(
            self.adapter, "", 1, 1, 1.0, "equal", {}, "insert", self.clients, name, seed="overhead"
        )
        order = TurnOrder(number, self.lead_in, self.length, patience=PATIENCE)
        record = Turn(cell, order, load, pool).take(executor)
        if record.bug or record.stuck:
            raise RuntimeError(record.bug or f"a client did not come back within {PATIENCE:g} s")
        return record.weight / record.seconds


async def take(
    pool: PoolAdapter[Any], events: Events, loops: list[str], cycles: int, seed: str, **sizes: Any
) -> list[dict[str, float]]:
    """Take a slice of each loop in each cycle; return operations per second, a dict a cycle."""
    chance, shape, executor = Random(seed), Sizes(**sizes), events.executor
    rates: list[dict[str, float]] = []
    for cycle in range(cycles):
        rates.append({})
        for loop in chance.sample(loops, len(loops)):
            slice_ = partial(shape.rate, loop, pool, executor, cycle)
            rates[-1][loop] = await executor.wait(slice_)
    return rates
