"""The measuring loop: it notes every operation, and holds on to no connection."""

from __future__ import annotations

import gc
import threading
import weakref
from itertools import pairwise
from random import Random
from time import perf_counter_ns
from typing import TYPE_CHECKING

import pytest

from adapters import step
from adapters.base import Failure
from runner.worker.client import Client, Load, client
from runner.worker.tally import Tally
from runner.worker.window import FOREVER, Window
from runner.workloads import WORKLOADS, Ledger
from tests.fakes.broken import Scripted
from tests.fakes.recorder import Recorder

if TYPE_CHECKING:
    from adapters.noop import NoopConnection
    from runner.worker.client import Between


def play(pool: Scripted, operations: int, load: Load, *, opens: int = 0) -> Client:
    window, ledger = Window(opens, FOREVER, operations), Ledger("c1-0", Random(1))
    tally = Tally(window, 1)
    me = Client(0, pool, load, window, ledger, tally, Random(2), capacity=64)
    step(client(me))
    me.fold()
    tally.close()
    return me


INSERT = Load(WORKLOADS["insert"])


def test_each_failure_is_counted_once_by_its_kind() -> None:
    pool = Scripted("..x.q")
    tally = play(pool, 5, INSERT).tally
    assert tally.ok == [3]
    assert tally.counts[Failure.POOL_EXHAUSTED] == tally.counts[Failure.QUERY_FAILED] == 1
    assert tally.messages[Failure.POOL_EXHAUSTED] == {"DeniedError: exhausted by the script": 1}
    assert pool.released == 4, "a connection that failed in use is given back all the same"


def test_work_that_succeeded_stays_ok_when_release_fails() -> None:
    tally = play(Scripted("r.r"), 3, INSERT).tally
    assert tally.ok == [3]
    assert tally.releases_failed == 2
    assert sum(tally.counts.values()) == 0
    assert tally.messages == {"release_failed": {"DeniedError: release refused by the script": 2}}


def test_an_error_that_the_adapter_does_not_know_stops_the_client() -> None:
    with pytest.raises(ZeroDivisionError):
        play(Scripted("..b."), 5, INSERT)


def test_a_client_that_always_leaks_never_releases() -> None:
    pool = Scripted("")
    me = play(pool, 10, Load(WORKLOADS["insert"], leak=1.0))
    assert (me.leaked, pool.released) == (10, 0)


def test_no_client_leaks_before_the_window_opens() -> None:
    pool = Scripted("")
    me = play(pool, 10, Load(WORKLOADS["insert"], leak=1.0), opens=perf_counter_ns() + 10**12)
    assert (me.leaked, pool.released) == (0, 10)


def test_the_same_seed_leaks_the_same_connections() -> None:
    load = Load(WORKLOADS["insert"], leak=0.3)
    leaked = {play(Scripted(""), 1000, load).leaked for _ in range(2)}
    assert len(leaked) == 1
    assert 250 < leaked.pop() < 350


class Watched(Scripted):
    """Knows which of the connections that it gave are still alive when it is asked again."""

    def __init__(self, script: str) -> None:
        super().__init__(script)
        self.given: list[weakref.ref[NoopConnection]] = []
        self.alive: list[int] = []

    async def acquire(self) -> NoopConnection:
        self.alive.append(sum(given() is not None for given in self.given))
        connection = await super().acquire()
        self.given.append(weakref.ref(connection))
        return connection


@pytest.mark.parametrize("script", ["....", "qqqq", "q.x.", "rrrr"])
def test_a_dropped_connection_is_dead_when_the_client_asks_again(script: str) -> None:
    """No local name, DAO or traceback may keep it: `leak_reference: drop` means gone."""
    gc.disable()  # reference counting alone must do it
    try:
        pool = Watched(script)
        play(pool, 4, Load(WORKLOADS["insert"], leak=1.0))
    finally:
        gc.enable()
    assert pool.alive == [0, 0, 0, 0]


def test_a_kept_connection_lives_on() -> None:
    pool = Watched("....")
    play(pool, 4, Load(WORKLOADS["insert"], leak=1.0, keep_leaked=True))
    assert pool.alive == [0, 1, 2, 3]


def test_raw_times_are_folded_before_they_fill_the_memory() -> None:
    me = play(Scripted(""), 1000, INSERT)
    assert me.tally.ok == [1000]
    assert me.stamps == []


def test_a_client_that_notes_on_while_its_turn_is_ended_counts_once() -> None:
    """Both fold the same raw times: none is lost, and none counted twice."""
    window = Window(0, FOREVER)
    counted = Tally(window, 1)
    ledger, chance = Ledger("c1-0", Random(1)), Random(2)
    me = Client(0, Scripted("."), INSERT, window, ledger, counted, chance, capacity=4096)
    operations, broken = 200_000, list[Exception]()

    def note_on() -> None:
        try:
            for _ in range(operations):
                me.stamps.extend((1, 2, 3, 4))
                if len(me.stamps) >= 16384:
                    me.fold()
        except Exception as error:  # noqa: BLE001 - the test shows it
            broken.append(error)

    stuck = threading.Thread(target=note_on)
    stuck.start()
    while stuck.is_alive():
        me.times()
        me.fold()
    stuck.join()
    me.fold()
    assert broken == []
    assert counted.finished == operations


def test_moments_that_a_stuck_client_has_only_begun_are_left_out() -> None:
    window = Window(0, FOREVER, 1)
    load, ledger = Load(WORKLOADS["insert"]), Ledger("c1-0", Random(1))
    me = Client(0, Scripted("."), load, window, ledger, Tally(window, 1), Random(2), capacity=64)
    me.stamps.extend([10, 12, 17, 18, 20, 21])
    assert me.times().tolist() == [[10, 10, 12, 17, 18]], "picked up when it was intended"


# The wait between two operations


class Schedule:
    """An open loop: operations are intended for moments that do not ask how long others take."""

    def __init__(self, arrivals: list[int]) -> None:
        self.arrivals = arrivals
        self.ends: list[int] = []

    async def wait(self, me: Client, ended: int) -> tuple[int, int] | None:
        self.ends.append(ended)
        if not self.arrivals:
            return None
        arrival = self.arrivals.pop(0)
        await me.pool.sleep(max(0, arrival - perf_counter_ns()) / 1e9)
        return arrival, me.paused(ended)


def observed(script: str, between: Between | None, operations: int = FOREVER) -> Recorder:
    """Play one client to the end of its schedule, or of the number of its operations."""
    window, moments = Window(0, FOREVER, operations), Recorder()
    tally = Tally(window, 1, [moments])
    load = Load(WORKLOADS["insert"], between=between)
    ledger = Ledger("c1-0", Random(1))
    me = Client(0, Scripted(script), load, window, ledger, tally, Random(2), capacity=64)
    step(client(me))
    me.fold()
    tally.close()
    return moments


def test_an_operation_of_a_schedule_is_timed_from_the_moment_for_which_it_was_intended() -> None:
    start = perf_counter_ns()
    arrivals = [start - 5 * 10**9, start + 10**7]  # one is five seconds late, one is to come
    late, due = observed("..", Schedule(arrivals[:]).wait).times
    assert [late[0], due[0]] == arrivals
    assert late[1] >= start, "it is picked up when a client is free"
    assert late[4] - late[0] > 5 * 10**9, "the stall is charged to the operation that it delayed"
    assert due[1] >= due[0], "nothing begins before its time"
    assert all(row == sorted(row) for row in (late, due))


def test_a_schedule_is_asked_before_each_operation_and_says_the_end() -> None:
    schedule = Schedule([1, 2, 3, 4])
    moments = observed(".xq.", schedule.wait)
    assert (len(moments.times), len(moments.failures)) == (2, 2)
    assert len(schedule.ends) == 5, "before the first, after failures, and for the end"
    assert [row[0] for row in sorted(moments.times + moments.failures)] == [1, 2, 3, 4]
    assert schedule.ends == sorted(schedule.ends)


def test_a_schedule_gives_away_no_arrival_that_is_not_attempted() -> None:
    schedule = Schedule([1, 2, 3])
    observed("", schedule.wait, operations=2)
    assert schedule.arrivals == [3]


def test_an_arrival_that_is_picked_up_after_the_closing_is_not_begun() -> None:
    async def late(me: Client, ended: int) -> tuple[int, int]:
        me.window.closes = perf_counter_ns()
        return 1, me.paused(ended)

    assert observed("", late).times == []


def test_a_closed_loop_reads_the_clock_once_for_both_moments_and_leaves_no_gap() -> None:
    times = observed("....", None, operations=4).times
    assert all(intended == picked for intended, picked, *_ in times)
    assert all(one[-1] == other[0] for one, other in pairwise(times))


def test_raw_moments_that_are_full_are_folded_between_two_operations() -> None:
    times = observed("", None, operations=130).times
    gaps = [other[0] - one[-1] for one, other in pairwise(times)]
    assert [number for number, gap in enumerate(gaps, 1) if gap] == [64, 128]
