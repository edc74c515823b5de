"""A slice of time of a loop that is not a worker's: its clients, from their start to their end."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from functools import partial
from random import Random
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from runner.proof.overhead.gate import Gate
from runner.times import SECOND
from runner.workloads import Ledger

if TYPE_CHECKING:
    from adapters.base import PoolAdapter
    from runner.proof.overhead.bare_loops import Loop
    from runner.worker.executor import Executor

PATIENCE = 10.0
"""Seconds that clients may take to come, and to come back."""


@dataclass
class BareSlice:
    """The clients of one slice, each a thread or a task as the pool needs it."""

    pool: PoolAdapter[Any]
    loop: Loop
    clients: int
    name: str
    """The beginning of each row's `cliente`."""
    error_pause: float
    gate: Gate = field(default_factory=Gate)
    operations: list[int] = field(default_factory=list)
    """The counted operations of each client that has come back."""
    error: Exception | None = None
    """The last error of a client."""

    def __post_init__(self) -> None:
        self._there: list[int] = []
        self._all_there = threading.Event()
        self._all_left = threading.Event()

    def rate(self, executor: Executor, lead_in: float, seconds: float) -> float:
        """Take the slice; return operations per second: those that end within `seconds`.

        They follow a lead-in, also in seconds. Raises as `close` does.
        """
        self.start(executor)
        time.sleep(lead_in)
        opened, self.gate.counts = perf_counter_ns(), 1
        time.sleep(seconds)
        self.gate.counts, closed = 0, perf_counter_ns()
        return self.close() * SECOND / (closed - opened)

    def start(self, executor: Executor) -> None:
        """Start the clients, and wait until all of them are there."""
        executor.start([partial(self._take_part, number) for number in range(self.clients)])
        self._all_there.wait(PATIENCE)

    def close(self) -> int:
        """Close the gate, wait for the clients, and return what they counted.

        Raises the error of a client, TimeoutError where one does not come back.
        """
        self.gate.closed = True
        if not self._all_left.wait(PATIENCE):
            raise TimeoutError(f"a client did not come back within {PATIENCE:g} s")
        if self.error:
            raise self.error
        return sum(self.operations)

    async def _take_part(self, number: int) -> None:
        ledger, operations = Ledger(f"{self.name}-{number}", Random(number)), 0
        self._there.append(number)
        if len(self._there) == self.clients:
            self._all_there.set()
        try:
            await self.pool.sleep(0)  # a task that never waits must let the others come
            operations = await self.loop(self.pool, self.gate, ledger, self.error_pause)
        except Exception as error:  # noqa: BLE001 - `close` raises it
            self.error = error
        finally:
            self.operations.append(operations)
            if len(self.operations) == self.clients:
                self._all_left.set()
