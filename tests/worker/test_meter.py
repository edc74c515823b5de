"""The cost of a window: CPU of the process in it, and the delays of its event loop."""

from __future__ import annotations

import threading
from time import perf_counter_ns
from typing import TYPE_CHECKING

from runner.worker.executor import Threads
from runner.worker.meter import Cost, Meter, spent_between
from runner.worker.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

MS = 1_000_000


class Deaf(Threads):
    """An event loop that never answers."""

    has_loop = True

    def __init__(self) -> None:
        self.calls: list[Callable[[], None]] = []
        self.moments: list[int] = []

    def call_soon(self, function: Callable[[], None]) -> None:
        self.moments.append(perf_counter_ns())
        self.calls.append(function)


class Prompt(Deaf):
    """An event loop that answers at once."""

    def call_soon(self, function: Callable[[], None]) -> None:
        super().call_soon(function)
        function()


def watch(executor: Threads, milliseconds: int, *, all_left: bool = False) -> tuple[Cost, Window]:
    window = Window(now := perf_counter_ns(), now + milliseconds * MS)
    left = threading.Event()
    if all_left:
        left.set()
    return Meter(executor, window, left).watch(window.closes), window


def test_a_loop_that_never_answers_is_as_late_as_the_window_is_long() -> None:
    executor = Deaf()
    cost, window = watch(executor, 400)
    assert len(cost.lags) == len(executor.calls) >= 2
    assert cost.lag is not None
    assert cost.lag >= window.closes - executor.moments[0], "since it was asked for the first time"


def test_every_answer_of_a_loop_is_counted() -> None:
    executor = Prompt()
    cost, _ = watch(executor, 400)
    assert len(cost.lags) == len(executor.calls) >= 2
    assert cost.lag == max(cost.lags)


def test_threads_have_no_loop_that_could_be_late() -> None:
    cost, _ = watch(Threads(), 60)
    assert (cost.lags, cost.lag) == ((), None)


def test_cpu_of_the_window_is_the_process_own() -> None:
    stop = threading.Event()

    def burn() -> None:
        while not stop.is_set():
            sum(range(1000))

    busy = threading.Thread(target=burn)
    busy.start()
    spent, _ = watch(Threads(), 150)
    stop.set()
    busy.join()
    idle, _ = watch(Threads(), 150)
    assert spent.cpu > 5 * idle.cpu


def test_a_window_that_everybody_has_left_is_not_waited_for() -> None:
    cost, window = watch(Prompt(), 60_000, all_left=True)
    assert perf_counter_ns() < window.closes
    assert cost.cpu >= 0


def test_a_meter_that_wakes_late_does_not_take_what_came_later_for_what_was_before() -> None:
    """CPU of a process that waited for a core, and had it alone afterwards."""
    late = [(0, 1000), (600, 1100), (1000, 1500)]
    assert spent_between(late, since=200, until=1000) == round(500 - 100 / 3), "not 800"


def test_cpu_after_the_end_of_a_window_does_not_count() -> None:
    """Readings around the end of a window, which the meter saw late."""
    assert spent_between([(0, 0), (1000, 1000), (1500, 1100)], since=0, until=1250) == 1050


def test_a_window_without_an_end_has_the_cpu_until_the_last_reading() -> None:
    """A window that every client has left long before its patience ends."""
    assert spent_between([(0, 0), (100, 50), (300, 150)], since=0, until=10**18) == 150
