"""The measuring loop: what it counts, and what it lets go of."""

from __future__ import annotations

import gc
import weakref
from random import Random
from time import perf_counter_ns
from typing import TYPE_CHECKING

import pytest

from adapters import step
from adapters.base import Failure
from runner.worker.client import FOREVER, Client, Load, Window, client
from runner.worker.tally import Tally
from runner.workloads import WORKLOADS, Ledger
from tests.fakes.broken import Scripted

if TYPE_CHECKING:
    from adapters.noop import NoopConnection


def play(pool: Scripted, operations: int, load: Load, *, opens: int = 0) -> Client:
    tally = Tally(1)
    tally.set_clock(opens, FOREVER)
    window, ledger = Window(opens, FOREVER, operations), Ledger("c1-0", Random(1))
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
    assert tally.examples[Failure.POOL_EXHAUSTED] == "DeniedError: exhausted by the script"
    assert pool.released == 4, "a connection that failed in use is given back all the same"


def test_work_that_succeeded_stays_ok_when_release_fails() -> None:
    tally = play(Scripted("r.r"), 3, INSERT).tally
    assert tally.ok == [3]
    assert tally.releases_failed == 2
    assert sum(tally.counts.values()) == 0
    assert tally.examples == {"release_failed": "DeniedError: release refused by the script"}


def test_an_error_that_the_adapter_does_not_know_stops_the_client() -> None:
    with pytest.raises(ZeroDivisionError):
        play(Scripted("..b."), 5, INSERT)


def test_a_client_that_always_leaks_never_releases() -> None:
    pool = Scripted("")
    me = play(pool, 10, Load(WORKLOADS["insert"], leak=1.0))
    assert (me.leaked, pool.released) == (10, 0)


def test_nobody_leaks_before_the_window_opens() -> None:
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
    assert me.stamps.buffer_info()[1] == 0


def test_a_write_without_an_answer_is_uncertain_and_one_that_was_refused_is_not() -> None:
    ledger = Ledger("c1-0", Random(1))
    ledger.begun += 1
    ledger.failed(answered=False)
    ledger.begun += 1
    ledger.failed(answered=True)
    ledger.begun += 1
    ledger.inserted += 1
    ledger.begun += 1
    assert ledger.uncertain == 2, "the lost one and the one under way"
    ledger.failed(answered=True)
    assert ledger.uncertain == 1
