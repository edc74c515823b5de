"""A change in the machine's own pace is said, and a steady pace is not."""

from __future__ import annotations

from runner.analysis.machine_drift import drifts
from runner.report.catalogue import text
from runner.results.yardstick import Yardstick


def at(trip: float, loop: float = 1.0) -> Yardstick:
    return Yardstick(1, 1, "before", trip, trip, loop)


def test_a_machine_that_slows_down_is_said_to_and_a_steady_one_is_not() -> None:
    assert drifts([at(50), at(52), at(51), at(50)]) == []
    assert drifts([at(50)]) == []
    (sentence,) = drifts([at(50), at(50), at(60), at(60)])
    assert "the bare round trip took 20 % longer" in text(sentence)
    (sentence,) = drifts([at(50, 1.0), at(50, 0.5)])
    assert "a fixed CPU loop took 50 % shorter" in text(sentence)
