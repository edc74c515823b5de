"""Operations that arrive on a schedule: each is done once, never early, and counted from it."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from threading import Thread
from time import perf_counter_ns, sleep
from typing import TYPE_CHECKING

import pytest

from adapters import PoolOptions, step
from adapters.noop import Noop
from runner.worker.arrivals import Arrivals
from runner.worker.client import Client, Load
from runner.worker.tally import Tally
from runner.worker.window import Window
from runner.workloads import WORKLOADS, Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

SECOND = 1_000_000_000
MS = 1_000_000
NOW = 5 * SECOND
"""A moment of a clock that only these tests have."""


class Clock:
    """Stands still, but for those who wait."""

    def __init__(self) -> None:
        self.now = NOW
        self.waited: list[int] = []

    def __call__(self) -> int:
        return self.now

    async def until(self, moment: int) -> None:
        self.waited.append(moment)
        self.now = moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("runner.worker.arrivals.perf_counter_ns", clock)
    return clock


def schedule(
    rate: float = 1000.0, seconds: float = 1.0, seed: str = "s", shed: float = 0.0, opens: int = 0
) -> tuple[Arrivals, Client]:
    window = Window(NOW + opens, NOW + int(seconds * SECOND), by_arrival=True)
    arrivals = Arrivals(rate, seconds, seed, window, shed)
    load, pool = Load(WORKLOADS["checkout"], between=arrivals), Noop("", PoolOptions())
    tally = Tally(window, 1)
    me = Client(0, pool, load, window, Ledger("c", Random(1)), tally, Random(2), capacity=64)
    return arrivals, me


def taken(arrivals: Arrivals, me: Client, ended: int = NOW) -> tuple[int, int] | None:
    return step(arrivals(me, ended))


def every(arrivals: Arrivals, me: Client) -> list[tuple[int, int]]:
    return list(iter(lambda: taken(arrivals, me), None))


def test_the_same_seed_gives_the_same_arrivals_and_another_one_others(clock: Clock) -> None:
    def moments(seed: str) -> list[int]:
        clock.now = NOW
        arrivals, me = schedule(seed=seed)
        arrivals.begin(NOW, clock.until)
        return [intended for intended, _ in every(arrivals, me)]

    assert moments("s") == moments("s") != moments("t")


def test_arrivals_are_poissonian(clock: Clock) -> None:
    """Means of 10,000 gaps: their variance is the square of their mean, as in no other process."""
    arrivals, me = schedule(rate=1000.0, seconds=10.0)
    arrivals.begin(NOW, clock.until)
    moments = [intended for intended, _ in every(arrivals, me)]
    gaps = [later - one for one, later in pairwise(moments)]
    mean = sum(gaps) / len(gaps)
    variance = sum((gap - mean) ** 2 for gap in gaps) / len(gaps)
    assert len(moments) == pytest.approx(10_000, rel=0.05)
    assert variance == pytest.approx(mean**2, rel=0.1)


def test_a_client_waits_for_an_arrival_and_takes_a_past_one_at_once(clock: Clock) -> None:
    arrivals, me = schedule()
    arrivals.begin(NOW, clock.until)
    first = taken(arrivals, me)
    assert first == (clock.waited[0], clock.waited[0]), "it was waited for"
    clock.now += 500 * MS
    second = taken(arrivals, me)
    assert second is not None
    assert second[0] < clock.now == second[1], "its moment is that at which it came"
    assert len(clock.waited) == 1


def test_nothing_arrives_before_the_schedule_begins(clock: Clock) -> None:
    arrivals, me = schedule()
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            arrivals.begin(NOW, clock.until)

    me.pool.sleep = pause  # type: ignore[method-assign]
    assert taken(arrivals, me) is not None
    assert len(pauses) == 3


def test_each_arrival_of_the_window_is_accounted_for(clock: Clock) -> None:
    arrivals, me = schedule(opens=200 * MS)
    arrivals.begin(NOW, clock.until)
    done = 0
    while clock.now < NOW + 600 * MS and (start := taken(arrivals, me)):
        done += start[0] >= me.window.opens
    clock.now = me.window.closes
    assert taken(arrivals, me) is None, "what is left over when the window closes is not begun"
    it = arrivals.accounts()
    assert it.arrivals == done + len(it.unfinished)
    assert (it.shed, len(it.late)) == (0, done)
    assert 0 < it.unfinished.min() < it.unfinished.max() <= 400 * MS
    assert it.arrivals == pytest.approx(800, rel=0.2), "those of the lead-in are none of the window"


def test_what_has_waited_too_long_is_dropped_and_counted(clock: Clock) -> None:
    arrivals, me = schedule(shed=0.1)
    arrivals.begin(NOW, clock.until)
    clock.now = NOW + 500 * MS
    start = taken(arrivals, me)
    assert start is not None
    assert start[0] >= clock.now - 100 * MS
    it = arrivals.accounts()
    assert it.shed == pytest.approx(400, rel=0.2)
    assert it.arrivals == it.shed + 1 + len(it.unfinished)


def test_only_a_client_that_was_free_is_late(clock: Clock) -> None:
    arrivals, me = schedule()
    arrivals.begin(NOW, clock.until)
    clock.now = NOW + 500 * MS
    taken(arrivals, me, ended=clock.now - 7 * MS)
    taken(arrivals, me, ended=NOW)
    late = arrivals.accounts().late.tolist()
    assert late[0] == 7 * MS, "its client had been busy until then"
    assert late[1] > 400 * MS, "this one's had been free since the arrival came"


def test_clients_that_share_a_schedule_do_each_arrival_once() -> None:
    """On the clock of this machine, in threads: no arrival is begun before its moment."""
    import threading

    from runner.worker.executor import Threads

    window = Window(by_arrival=True)
    arrivals = Arrivals(2000.0, 0.2, "s", window, 0.0)
    starts: list[tuple[int, int]] = []

    def work() -> None:
        _, me = schedule()
        while start := taken(arrivals, me, perf_counter_ns()):
            starts.append(start)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    sleep(0.01)
    window.opens = perf_counter_ns()
    window.closes = window.opens + 10 * SECOND
    arrivals.begin(window.opens, Threads().until)
    for thread in threads:
        thread.join()
    assert len({intended for intended, _ in starts}) == len(starts) == arrivals.accounts().arrivals
    assert all(picked >= intended for intended, picked in starts)


def test_no_two_threads_take_the_same_arrival(clock: Clock) -> None:
    """A step of the schedule that lets others in: without a lock around it they interfere."""
    arrivals, me = schedule(rate=200.0)
    arrivals.begin(NOW, clock.until)
    numbers = arrivals._next

    def stepped() -> Iterator[int]:
        for number in numbers:
            sleep(0)
            yield number

    arrivals._next = stepped()
    clock.now += 2 * MS
    took: list[tuple[int, int]] = []
    failed: list[BaseException] = []

    def client() -> None:
        try:
            took.extend(every(arrivals, me))
        except ValueError as error:  # two threads in one generator
            failed.append(error)

    threads = [Thread(target=client) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    intended = [moment for moment, _ in took]
    assert len(intended) == len(set(intended)) > 100
