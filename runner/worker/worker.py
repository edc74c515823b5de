"""A cell from the inside: one pool, from `open` to `close`, and its turns."""

from __future__ import annotations

import os
import traceback
from dataclasses import replace
from functools import partial
from time import perf_counter_ns, process_time_ns
from typing import TYPE_CHECKING, Any

import adapters
from adapters.base import AdapterError, Failure, Part, resolve_callable
from runner.own_sql.statement import operation
from runner.times import MILLISECOND, SECOND
from runner.worker.client import Load
from runner.worker.closed_loop import thinking
from runner.worker.events import Events
from runner.worker.executor import Executor, executor_for
from runner.worker.library_log import explained_by_log
from runner.worker.long_text import cut
from runner.worker.protocol import OpenOrder, PlayOrder, TurnOrder
from runner.worker.session import session
from runner.worker.turn import Turn
from runner.workloads import committed_later

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.base import PoolAdapter
    from runner.worker.events import Inbox
    from runner.worker.protocol import Event


START_NANOSECONDS = 10 * SECOND
"""The time that a pool may take to serve at first, whatever its acquire time-out."""


class Worker:
    """One pool, from `open` to `close`."""

    def __init__(self) -> None:
        self._order: OpenOrder | None = None
        self._pool: PoolAdapter[Any] | None = None
        self._executor: Executor | None = None
        self._load: Load | None = None
        self._parked: tuple[int, int] | None = None
        """The moment of the last answer, and the CPU until then."""

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
        executor = executor_for(pool)
        self._order, self._pool, self._executor = order, pool, executor
        self._load = _load(order, commits=pool.commits(pool.settings()))
        began = perf_counter_ns()
        with explained_by_log():
            executor.run(pool.open)
            _check(pool, executor)
            first = perf_counter_ns()
            fills = order.fill and pool.traits.pools
            full = _fill(pool, executor, order.max_size) if fills else False
        return {
            "first_connection_ms": (first - began) / MILLISECOND,
            "pool_full_ms": (perf_counter_ns() - began) / MILLISECOND if full else None,
        }

    def turn(self, data: dict[str, Any]) -> dict[str, Any]:
        """Take a turn."""
        if not (self._order and self._pool and self._executor and self._load):
            raise RuntimeError("`turn` before `open`")
        parked, parked_cpu = self._unpark()
        turn = Turn(self._order, TurnOrder(**data), self._load, self._pool)
        measured = turn.take(self._executor)
        return replace(measured, parked=parked, parked_cpu=parked_cpu).to_json()

    def inspect(self, data: dict[str, Any]) -> dict[str, Any]:
        """Let a session of the pool tell of itself, and give the answers that were sampled.

        They are texts, whatever the driver made of them. Raises RuntimeError before `open`.
        """
        del data
        if not (self._pool and self._executor and self._load):
            raise RuntimeError("`inspect` before `open`")
        try:
            seen = self._executor.run(partial(session, self._pool))
        except Exception:  # noqa: BLE001 - a pool that is exhausted is no lie, only not known
            traceback.print_exc()
            seen = {"settings": None, "transport": None}
        answers = [
            (key, *(cut(str(text)) for text in row)) for key, *row in list(self._load.answers)
        ]
        return {**seen, "answers": answers}

    def play(self, data: dict[str, Any], inbox: Inbox, send: Callable[[Event], None]) -> Any:
        """Run the coroutine that the order names over the open pool, and return its value."""
        order = PlayOrder(**data)
        if not (self._pool and self._executor):
            raise RuntimeError("`play` before `open`")
        function = resolve_callable(order.function)
        if not callable(function):
            raise AdapterError(f"{order.function!r} is not a function's `module:function`")
        events = Events(inbox, send, self._executor)
        return self._executor.run(partial(function, self._pool, events, **order.arguments))

    def park(self) -> None:
        """Note that an answer is out, and that the process waits for its next order."""
        self._parked = perf_counter_ns(), process_time_ns()

    def _unpark(self) -> tuple[int, int]:
        """Measure the time since the last answer, and the CPU spent in it."""
        if self._parked is None:
            return 0, 0
        since, cpu = self._parked
        return perf_counter_ns() - since, process_time_ns() - cpu

    def close(self, data: dict[str, Any]) -> dict[str, Any]:
        """Close the pool."""
        del data
        if self._pool is not None and self._executor is not None:
            self._executor.run(self._pool.close)
        return {}


def _load(order: OpenOrder, *, commits: bool) -> Load:
    """Make the load of each client; `commits` says that the pool commits in `release`."""
    work = operation(order.workload, order.statement)
    work = committed_later(work) if commits else work
    return Load(work, order.leak, order.keep_leaked, order.error_pause, thinking(order.think_time))


def _check(pool: PoolAdapter[Any], executor: Executor) -> None:
    """Prove that the pool serves. A pool that is late because the machine is busy is no failure."""
    until = perf_counter_ns() + START_NANOSECONDS
    while True:
        try:
            return executor.run(pool.check)
        except Exception as error:
            late = pool.classify(error, Part.WAIT, None) is Failure.POOL_TIMEOUT
            if not late or perf_counter_ns() >= until:
                raise


def _fill(pool: PoolAdapter[Any], executor: Executor, size: int) -> bool:
    """Take all connections at once and give them back; False where the pool has fewer."""
    held: list[Any] = []

    async def take_all() -> None:
        try:
            for _ in range(size):
                held.append(await pool.acquire())  # noqa: PERF401 - what it got goes back below
        finally:
            while held:
                await pool.release(held.pop())

    try:
        executor.run(take_all)
    except Exception as error:
        if pool.classify(error, Part.WAIT, None) is None:
            raise
        return False
    return True
