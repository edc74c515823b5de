"""A change in the machine's own pace is said where it is one, and where a verdict depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.analysis.comparison import compare
from runner.analysis.machine_drift import drifts
from runner.report.catalogue import text
from runner.results.rows import Rows
from runner.results.yardstick import Yardstick
from tests.analysis.runs import GROUP, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

STEADY = [1000.0, 1001.0, 999.0, 1000.0, 1001.0, 999.0, 1000.0, 1001.0]
TURNING = [rate * factor for rate, factor in zip(STEADY, [1.3] * 4 + [0.7] * 4, strict=True)]
"""Faster than the baseline in the first half of the run, slower in the second."""


def readings(trips: Sequence[float], loops: Sequence[float] = ()) -> list[Yardstick]:
    """Make two readings a round, which differ by 1 %."""
    return [
        Yardstick(1, number, moment, trip * off, trip * off, loop * off)
        for number, (trip, loop) in enumerate(zip(trips, loops or [1.0] * 8, strict=True), 1)
        for moment, off in (("before", 0.995), ("after", 1.005))
    ]


def sentences(measured: Sequence[Yardstick], rates: Sequence[float] = TURNING) -> list[str]:
    measured_rows = Rows([*rows("base", STEADY), *rows("other", rates)])
    report = compare(measured_rows, baseline="base")
    return [text(sentence) for sentence in drifts(measured, measured_rows, report)]


def test_a_machine_that_slows_down_is_said_to_where_the_halves_disagree() -> None:
    change, doubt = sentences(readings([50, 51, 50, 49, 60, 61, 60, 59]))
    assert "the bare round trip took 20 % longer in the second half" in change
    assert doubt == f"the two halves of the run lead to different verdicts: other in {GROUP}"
    change, _ = sentences(readings([50] * 8, [1.0] * 4 + [0.5] * 4))
    assert "a fixed CPU loop took 50 % shorter" in change


def test_a_drift_that_changes_no_verdict_is_not_said() -> None:
    """Pairs inside a round cancel what drifts for both."""
    slower = readings([50] * 4 + [60] * 4)
    faster = [1.3 * rate for rate in STEADY]
    assert sentences(slower, faster) == []
    assert sentences(slower, STEADY) == []


def test_halves_whose_intervals_meet_do_not_contradict_each_other() -> None:
    """Half a run is less sure: a word in one of them and none in the other is no news."""
    noise = [1.0, 1.001, 0.999, 1.0, 1.1, 0.95, 1.05, 0.9]
    faster = [1.1 * rate * off for rate, off in zip(STEADY, noise, strict=True)]
    assert sentences(readings([50] * 4 + [60] * 4), faster) == []


@pytest.mark.parametrize(
    "trips",
    [
        [50, 52, 51, 50, 51, 52, 50, 51],
        [50, 50, 50, 50, 54, 54, 54, 54],
        [50, 90, 40, 55, 60, 100, 45, 70],
    ],
    ids=["steady", "less than a tenth", "within the noise of the readings"],
)
def test_a_change_that_is_small_or_may_be_chance_is_not_said(trips: Sequence[float]) -> None:
    assert sentences(readings(trips)) == []


def test_a_verdict_that_turns_on_a_steady_machine_is_not_a_drift() -> None:
    assert sentences(readings([50] * 8)) == []


def test_too_few_rounds_show_no_drift() -> None:
    assert (
        drifts(readings([50, 80, 80], [1.0] * 3), Rows([]), compare(Rows([]), baseline=None)) == []
    )
