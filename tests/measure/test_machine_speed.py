"""The machine itself: its pace is measured, and a change of it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.analysis.machine_drift import drifts
from runner.config.percentage import share, spelled
from runner.measure.machine_speed import measure
from runner.report.catalogue import text
from runner.results.yardstick import Yardstick
from runner.worker.client import Window
from runner.worker.concurrency import Threads
from runner.worker.meter import Meter

if TYPE_CHECKING:
    from runner.server.embedded import EmbeddedServer


def at(trip: float, loop: float = 1.0) -> Yardstick:
    return Yardstick(1, 1, "before", trip, trip, loop)


def test_both_measures_are_taken_on_a_real_server(server: EmbeddedServer) -> None:
    line = measure(server, 1, 2, "after")
    assert 0 < line.round_trip_us_min <= line.round_trip_us_p50
    assert line.cpu_loop_ms_p50 > 0
    assert (line.session, line.round, line.moment) == (1, 2, "after")


def test_a_machine_that_slows_down_is_said_to_and_a_steady_one_is_not() -> None:
    assert drifts([at(50), at(52), at(51), at(50)]) == []
    assert drifts([at(50)]) == []
    (sentence,) = drifts([at(50), at(50), at(60), at(60)])
    assert "the bare round trip took 20 % longer" in text(sentence)
    (sentence,) = drifts([at(50, 1.0), at(50, 0.5)])
    assert "a fixed CPU loop took 50 % shorter" in text(sentence)


@pytest.mark.parametrize(("typed", "value"), [("5%", 0.05), (0.05, 0.05), ("0.5 %", 0.005)])
def test_a_share_is_read_as_people_write_it(typed: object, value: float) -> None:
    assert share(typed) == pytest.approx(value)
    assert share(spelled(value)) == pytest.approx(value)


@pytest.mark.parametrize("text", ["5", 5, 0, "0%", "100%", "-1%", "five", True, None, float("nan")])
def test_what_is_no_share_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="must be"):
        share(text)


def test_a_process_that_works_has_used_the_cpu_and_one_that_sleeps_has_not() -> None:
    import threading
    import time

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
