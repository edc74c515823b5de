"""The CPU of a process is metered while a window is open."""

from __future__ import annotations

import threading
import time

from runner.worker.client import Window
from runner.worker.concurrency import Threads
from runner.worker.meter import Meter


def test_a_process_that_works_has_used_the_cpu_and_one_that_sleeps_has_not() -> None:
    def cost(work: object) -> int:
        now = time.perf_counter_ns()
        window = Window(now, now + 100_000_000)
        left = threading.Event()
        stop = threading.Thread(target=work, args=(window.closes,))  # type: ignore[arg-type]
        stop.start()
        found = Meter(Threads(), window, left).watch(window.closes)
        stop.join()
        assert found.lag is None, "threads have no loop that could be late"
        return found.cpu

    def burn(until: int) -> None:
        while time.perf_counter_ns() < until:
            pass

    def doze(until: int) -> None:
        time.sleep(max(0, until - time.perf_counter_ns()) / 1e9)

    assert cost(burn) > 3 * cost(doze)
