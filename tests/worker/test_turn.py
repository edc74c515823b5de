"""A turn: clients come, work for a lead-in and a window, and leave; one line says what they did."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from time import perf_counter_ns
from typing import TYPE_CHECKING

import pytest

from adapters import PoolOptions, step
from adapters.base import Failure, Part
from adapters.noop import Noop, NoopConnection
from runner.measure.worker_process import WorkerProcess
from runner.supervision.interrupts import Interrupts
from runner.supervision.watchdog import Watchdog
from runner.worker.client import Load
from runner.worker.executor import Threads
from runner.worker.protocol import OpenOrder, TurnOrder, TurnRecord
from runner.worker.turn import Turn
from runner.workloads import WORKLOADS
from tests.builders import OPEN
from tests.fakes.broken import DeniedError

if TYPE_CHECKING:
    from pathlib import Path

MS = 1_000_000


def cell(clients: int = 2, seed: str = "s", workload: str = "checkout") -> OpenOrder:
    return replace(OPEN, workload=workload, clients=clients, name="c1", seed=seed)


class Slow(Noop):
    """A pool whose connections take 2 ms to be had."""

    async def acquire(self) -> NoopConnection:
        time.sleep(0.002)
        return self._connection


def take(
    order: TurnOrder, pool: Noop | None = None, clients: int = 2, leak: float = 0.0
) -> tuple[Turn, TurnRecord]:
    pool = pool or Slow("", PoolOptions())
    step(pool.open())
    turn = Turn(cell(clients), order, Load(WORKLOADS["checkout"], leak), pool)
    return turn, turn.take(Threads())


def test_operations_of_the_lead_in_are_done_and_do_not_count() -> None:
    _, told = take(TurnOrder(1, 0.1, 0.1))
    assert told.seconds == 0.1
    assert told.finished > sum(told.ok) > 0
    assert told.late == 0


def test_the_lead_in_begins_when_the_last_client_has_come() -> None:
    turn, _ = take(TurnOrder(1, 0.05, 0.05), clients=20)
    last = max(me.arrived for me in turn.clients)
    assert turn.window.opens >= last + 50 * MS
    assert turn.window.closes == turn.window.opens + 50 * MS


def test_counted_operations_all_count_and_the_window_ends_with_the_last() -> None:
    turn, told = take(TurnOrder(1, 0.0, operations=7))
    assert told.ok == (7, 7)
    assert told.seconds == (turn.tally.last_end - turn.window.opens) / 1e9


def test_a_client_that_never_comes_back_is_stuck_and_the_others_are_counted() -> None:
    gate = threading.Event()

    class Stuck(Slow):
        async def acquire(self) -> NoopConnection:
            if not getattr(self, "asked", False):
                self.asked = True
                gate.wait()
            return await super().acquire()

    _, told = take(TurnOrder(1, 0.0, 0.2, patience=0.1), Stuck("", PoolOptions()))
    gate.set()
    assert told.stuck == 1
    assert told.waiting >= 1
    assert sorted(map(bool, told.ok)) == [False, True]
    assert told.longest_wait >= 200 * MS


def test_a_bug_sends_every_client_home_and_is_told_with_its_traceback() -> None:
    class Buggy(Slow):
        async def acquire(self) -> NoopConnection:
            raise ZeroDivisionError("a bug in an adapter")

    _, told = take(TurnOrder(1, 0.0, 60.0), Buggy("", PoolOptions()))
    assert told.bug.startswith("Traceback")
    assert "a bug in an adapter" in told.bug
    assert told.stuck == 0


def test_a_time_line_is_told_where_it_was_ordered() -> None:
    assert take(TurnOrder(1, 0.0, 0.15))[1].timeline == ()
    _, told = take(TurnOrder(1, 0.0, 0.15, timeline=True), leak=0.5)
    assert len(told.timeline) == 2
    assert sum(slot.operations for slot in told.timeline) == sum(told.ok) > 0
    assert told.leaked > 0


class Bounded(Slow):
    """A pool of two connections that says at once when both are out."""

    def __init__(self) -> None:
        super().__init__("", PoolOptions())
        self.free = 2
        self.lock = threading.Lock()

    async def acquire(self) -> NoopConnection:
        with self.lock:
            if not self.free:
                time.sleep(0.002)
                raise DeniedError("none left")
            self.free -= 1
        return self._connection

    async def release(self, connection: NoopConnection) -> None:
        del connection
        with self.lock:
            self.free += 1

    def classify(
        self, error: Exception, during: Part, connection: NoopConnection | None
    ) -> Failure | None:
        del during, connection
        return Failure.POOL_EXHAUSTED if isinstance(error, DeniedError) else None


def test_a_pool_is_dry_from_the_last_leak_on_though_it_was_empty_when_the_window_opened() -> None:
    turn, told = take(TurnOrder(1, 0.05, 0.15), Bounded(), leak=1.0)
    assert told.leaked == 2
    assert told.exhausted == max(me.leaked_at for me in turn.clients) - turn.window.opens > 0


def test_a_pool_that_serves_to_the_end_is_never_dry() -> None:
    assert take(TurnOrder(1, 0.0, 0.1), leak=0.5)[1].exhausted is None


def test_clients_read_other_keys_in_another_turn_and_under_another_seed() -> None:
    def first_key(number: int, seed: str = "s") -> int:
        pool, load = Noop("", PoolOptions()), Load(WORKLOADS["checkout"])
        turn = Turn(cell(seed=seed), TurnOrder(number, 0.0, 0.1), load, pool)
        return turn.clients[0].ledger.key()

    assert first_key(1) == first_key(1)
    assert len({first_key(1), first_key(2), first_key(1, seed="s/1")}) == 3


# A window that several workers share


def test_a_shared_window_opens_at_the_moment_that_was_ordered() -> None:
    opens = perf_counter_ns() + 1_000 * MS  # they have until 50 ms before it to come
    turn, told = take(TurnOrder(1, 0.05, 0.05, opens_at=opens))
    assert (turn.window.opens, turn.window.closes) == (opens, opens + 50 * MS)
    assert (told.seconds, told.late) == (0.05, 0)


def test_clients_that_come_after_the_lead_in_has_begun_are_told() -> None:
    _, told = take(TurnOrder(1, 0.05, 0.05, opens_at=perf_counter_ns()))
    assert told.late == 2


def test_a_window_that_opens_at_a_moment_does_not_count_operations() -> None:
    with pytest.raises(ValueError, match="counts seconds, not operations"):
        TurnOrder(1, 0.0, operations=5, opens_at=1)


def test_two_workers_share_one_window_and_add_up_side_by_side(tmp_path: Path) -> None:
    with Watchdog() as watchdog, Interrupts() as interrupts:
        workers = [WorkerProcess(tmp_path / f"{n}.log", watchdog, interrupts) for n in range(2)]
        try:
            for number, worker in enumerate(workers):
                worker.open(cell(2, seed=f"s/{number}", workload="read"), 30.0)
            opens = perf_counter_ns() + 2_000 * MS
            order = TurnOrder(1, 0.1, 0.2, opens_at=opens)
            records: list[TurnRecord] = []

            def ask(worker: WorkerProcess) -> None:
                records.append(worker.turn(order, 30.0))

            threads = [threading.Thread(target=ask, args=(worker,)) for worker in workers]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            for worker in workers:
                worker.kill()
    assert perf_counter_ns() >= opens + 200 * MS, "they have not begun before it"
    one, other = records
    both = one.beside(other)
    assert both.late == 0, "all were there when the lead-in began"
    assert both.seconds == 0.2, "the window is the same one"
    assert len(both.ok) == 4
    assert all(both.ok)
    assert both.weight == one.weight + other.weight
    assert both.busy == pytest.approx(4 * 200 * MS, rel=0.02), "Little's law holds for all four"


# An open loop


def drawn(told: TurnRecord) -> int:
    return sum(told.ok) + sum(told.failures.values()) + told.shed + told.unfinished


def test_what_arrives_is_done_and_every_arrival_is_accounted_for() -> None:
    _, told = take(TurnOrder(1, 0.05, 0.3, rate=200.0), clients=4)
    assert told.arrivals == drawn(told) > 20
    assert told.shed == 0
    assert len(told.histograms["late"]) == told.arrivals - told.unfinished
    assert len(told.histograms["picked"]) == len(told.histograms["total"]) == sum(told.ok)
    assert told.finished > sum(told.ok), "the lead-in has its arrivals too"


def test_the_arrivals_of_a_turn_are_the_same_for_every_cell_of_a_group() -> None:
    def arrivals(number: int, pool: Noop) -> int:
        return take(TurnOrder(number, 0.0, 0.1, rate=500.0), pool)[1].arrivals

    one, other = Slow("", PoolOptions()), Noop("", PoolOptions())
    of_turns = [arrivals(number, one) for number in range(1, 5)]
    assert of_turns == [arrivals(number, other) for number in range(1, 5)]
    assert len(set(of_turns)) > 1, "each turn has its own"


def test_beyond_its_capacity_only_the_time_from_the_arrival_shows_the_queue() -> None:
    """Two clients of at least 2 ms do 1000 a second at most, and 1100 arrive.

    Who counts from the pick-up sees 2 ms all the while: that is coordinated omission.
    """
    _, told = take(TurnOrder(1, 0.1, 0.4, rate=1100.0))
    assert told.arrivals == drawn(told)
    assert told.unfinished > 0
    from_arrival, from_pick_up = (
        told.histograms[part].percentile(0.5) for part in ("total", "picked")
    )
    assert from_arrival is not None
    assert from_pick_up is not None
    assert from_arrival > 3 * from_pick_up
    assert told.longest_wait >= told.histograms["waiting"].maximum > 0


def test_beyond_its_capacity_arrivals_are_shed_where_that_is_ordered() -> None:
    _, told = take(TurnOrder(1, 0.1, 0.4, rate=2000.0, shed=0.02))
    assert told.arrivals == drawn(told)
    assert told.shed > told.unfinished


def test_arrivals_fail_as_operations_do() -> None:
    class Failing(Noop):
        async def acquire(self) -> NoopConnection:
            raise TimeoutError("none is free")

        def classify(self, error: Exception, *during: object) -> Failure:
            del error, during
            return Failure.POOL_TIMEOUT

    _, told = take(TurnOrder(1, 0.0, 0.1, rate=300.0), Failing("", PoolOptions()))
    assert told.arrivals == drawn(told)
    assert sum(told.failures.values()) > sum(told.ok) == 0


def test_a_rate_has_seconds_and_no_number_of_operations() -> None:
    with pytest.raises(ValueError, match="arrivals come in seconds"):
        TurnOrder(1, 0.0, operations=5, rate=1.0)


def test_a_shared_window_has_arrivals_from_the_beginning_of_its_lead_in() -> None:
    opens = perf_counter_ns() + 200 * MS
    _, told = take(TurnOrder(1, 0.1, 0.1, opens_at=opens, rate=500.0))
    assert told.arrivals == drawn(told) > 20
