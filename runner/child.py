"""A cell from the inside: a fresh interpreter with one pool, driven by lines of JSON.

Reads `{"open": ...}`, `{"turn": ...}`, `{"close": {}}` from standard input and answers each with
one line on what was standard output; what an adapter prints goes to standard error. It can be
driven by hand: `python -m runner.child`.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import traceback
from dataclasses import dataclass, replace
from time import perf_counter_ns, process_time_ns
from typing import TYPE_CHECKING, Any, TextIO

import adapters
from adapters.base import Failure, Part
from runner.load import Load
from runner.stage import Stage, stage_for
from runner.turn import Crew, Turn, TurnOrder
from runner.workloads import WORKLOADS, committed_later

if TYPE_CHECKING:
    from adapters.base import PoolAdapter

MILLISECOND = 1_000_000

START_NANOSECONDS = 10_000_000_000
"""How long a pool may take to serve for the first time, whatever its acquire time-out."""


@dataclass(frozen=True)
class OpenOrder:
    """Everything that a cell needs to open its pool and to know its clients. Times in seconds."""

    adapter: str
    dsn: str
    min_size: int
    max_size: int
    timeout: float
    profile: str
    options: dict[str, Any]
    workload: str
    clients: int
    name: str
    seed: str
    leak: float = 0.0
    keep_leaked: bool = False
    error_pause: float = 0.0
    think_time: float = 0.0
    hold: float = 0.0
    cpus: tuple[int, ...] = ()
    """The cores that the process keeps to; empty leaves it where it is."""

    @property
    def crew(self) -> Crew:
        """Who works in every turn."""
        return Crew(self.clients, self.name, self.seed, self.hold)

    def load(self, *, commits: bool) -> Load:
        """Return what each client does; `commits` says whether the pool commits in `release`."""
        work = WORKLOADS[self.workload]
        work = committed_later(work) if commits else work
        return Load(work, self.leak, self.keep_leaked, self.error_pause, self.think_time)


class Child:
    """One pool, from `open` to `close`."""

    def __init__(self) -> None:
        self._order: OpenOrder | None = None
        self._pool: PoolAdapter[Any] | None = None
        self._stage: Stage | None = None
        self._load: Load | None = None
        self._parked: tuple[int, int] | None = None
        """Since when, and the CPU until then."""

    def open(self, data: dict[str, Any]) -> dict[str, Any]:
        """Make the pool and prove that it serves; time to the first connection in hand."""
        order = OpenOrder(**data)
        if order.cpus:
            os.sched_setaffinity(0, order.cpus)  # before any thread starts: they inherit it
        options = adapters.pool_options(
            order.options,
            min_size=order.min_size,
            max_size=order.max_size,
            timeout=order.timeout,
            profile=order.profile,
        )
        pool = adapters.create(order.adapter, order.dsn, options)
        stage = stage_for(pool)
        self._order, self._pool, self._stage = order, pool, stage
        self._load = order.load(commits=pool.commits(pool.settings()))
        began = perf_counter_ns()
        stage.play(pool.open)
        _check(pool, stage)
        first = perf_counter_ns()
        full = _fill(pool, stage, order.max_size) if pool.traits.pools else False
        return {
            "first_connection_ms": (first - began) / MILLISECOND,
            "pool_full_ms": (perf_counter_ns() - began) / MILLISECOND if full else None,
        }

    def turn(self, data: dict[str, Any]) -> dict[str, Any]:
        """Take a turn."""
        if not (self._order and self._pool and self._stage and self._load):
            raise RuntimeError("`turn` before `open`")
        parked, parked_cpu = self._unpark()
        turn = Turn(TurnOrder(**data), self._order.crew, self._load, self._pool)
        measured = turn.take(self._stage)
        return replace(measured, parked=parked, parked_cpu=parked_cpu).to_json()

    def park(self) -> None:
        """Note that an answer is out, and nothing to do until the next order."""
        self._parked = perf_counter_ns(), process_time_ns()

    def _unpark(self) -> tuple[int, int]:
        """Return how long nothing was to do since the last answer, and the CPU spent even so."""
        if self._parked is None:
            return 0, 0
        since, cpu = self._parked
        return perf_counter_ns() - since, process_time_ns() - cpu

    def close(self, data: dict[str, Any]) -> dict[str, Any]:
        """Close the pool."""
        del data
        if self._pool is not None and self._stage is not None:
            self._stage.play(self._pool.close)
        return {}


def _check(pool: PoolAdapter[Any], stage: Stage) -> None:
    """Prove that the pool serves. A pool that is late because the machine is busy is no failure."""
    until = perf_counter_ns() + START_NANOSECONDS
    while True:
        try:
            return stage.play(pool.check)
        except Exception as error:
            late = pool.classify(error, Part.WAIT, None) is Failure.POOL_TIMEOUT
            if not late or perf_counter_ns() >= until:
                raise


def _fill(pool: PoolAdapter[Any], stage: Stage, size: int) -> bool:
    """Have all connections out at once and give them back; False where the pool has not so many."""
    held: list[Any] = []

    async def take_all() -> None:
        try:
            for _ in range(size):
                held.append(await pool.acquire())  # noqa: PERF401 - what it got goes back below
        finally:
            while held:
                await pool.release(held.pop())

    try:
        stage.play(take_all)
    except Exception as error:
        if pool.classify(error, Part.WAIT, None) is None:
            raise
        return False
    return True


def _answer(child: Child, line: str) -> dict[str, Any]:
    """Carry out one order; what goes wrong is an answer too: the parent decides what it means."""
    commands = {"open": child.open, "turn": child.turn, "close": child.close}
    try:
        ((word, data),) = json.loads(line).items()
        return {word: commands[word](data)}
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is this cell's
        reason = f"{type(error).__name__}: {error}".strip(": \n")
        return {"error": {"reason": reason, "traceback": traceback.format_exc()}}


def _work(child: Child, orders: queue.SimpleQueue[str], answers: TextIO) -> None:
    """Answer one order after the other, a line each; the process ends with `close`."""
    line = ""
    while not line.startswith('{"close"'):
        line = orders.get()
        print(json.dumps(_answer(child, line)), file=answers, flush=True)
        child.park()
    os._exit(0)


def main() -> None:
    """Listen until the parent is gone: then there is nobody left to measure for."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    orders: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_work, args=(Child(), orders, answers), daemon=True).start()
    for line in sys.stdin:
        orders.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
