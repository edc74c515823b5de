"""The parts of operations are timed from the moments for which they were intended."""

from __future__ import annotations

import numpy as np

from runner.worker.arrivals import Accounts
from runner.worker.distributions import Distributions
from runner.worker.observer import NO_FAILURES, NO_TIMES
from runner.worker.window import FOREVER, Window

MS = 1_000_000


def means(distributions: Distributions) -> dict[str, float | None]:
    return {part: histogram.mean for part, histogram in distributions.histograms.items()}


def rows(*rows: tuple[int, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return np.array(rows, dtype=np.int64)


def test_the_parts_of_an_operation_are_told_apart() -> None:
    distributions = Distributions(Window(100 * MS, 200 * MS))
    distributions.fold(rows((110 * MS, 110 * MS, 112 * MS, 117 * MS, 118 * MS)), NO_FAILURES)
    parts = {"wait": 2 * MS, "use": 5 * MS, "release": MS, "total": 8 * MS}
    empty = dict.fromkeys(["failed", "waiting", "picked", "late"])
    assert means(distributions) == {**parts, **empty}


def test_only_operations_that_end_in_the_window_are_timed() -> None:
    distributions = Distributions(Window(100 * MS, 200 * MS))
    ends = [99 * MS, 100 * MS, 199 * MS, 200 * MS]
    distributions.fold(
        rows(*((end - 3 * MS,) * 2 + (end - 2 * MS, end - MS, end) for end in ends)), NO_FAILURES
    )
    assert len(distributions.histograms["total"]) == 2


def test_a_failure_is_timed_and_an_endless_wait_is_none() -> None:
    distributions = Distributions(Window(100 * MS, 200 * MS))
    late = (99 * MS, 120 * MS, 130 * MS, 130 * MS, 1)
    distributions.fold(NO_TIMES, rows(late, (99 * MS, 99 * MS, FOREVER, FOREVER, 0)))
    assert len(distributions.histograms["failed"]) == 1
    assert distributions.histograms["failed"].maximum == 31 * MS, "from the intended moment"


def test_those_who_still_wait_at_the_close_have_waited_until_then() -> None:
    distributions = Distributions(Window(100 * MS, 200 * MS))
    succeeds_later = (150 * MS, 150 * MS, 210 * MS, 215 * MS, 216 * MS)
    has_one = (190 * MS, 190 * MS, 195 * MS, 205 * MS, 206 * MS)
    fails_later = (160 * MS, 160 * MS, 260 * MS, 260 * MS, 1)
    never_ends = (90 * MS, 90 * MS, FOREVER, FOREVER, 0)
    distributions.fold(rows(succeeds_later, has_one), rows(fails_later, never_ends))
    waiting = distributions.histograms["waiting"]
    assert (len(waiting), waiting.maximum) == (3, 110 * MS)
    assert waiting.total == (50 + 40 + 110) * MS
    assert len(distributions.histograms["total"]) == len(distributions.histograms["failed"]) == 0


def test_where_operations_are_counted_no_close_cuts_a_wait() -> None:
    distributions = Distributions(Window(100 * MS, FOREVER))
    distributions.fold(NO_TIMES, rows((150 * MS, 150 * MS, FOREVER, FOREVER, 0)))
    assert len(distributions.histograms["waiting"]) == 0


# An open loop


def test_operations_that_arrived_in_the_window_are_timed_wherever_they_end() -> None:
    distributions = Distributions(Window(100 * MS, 200 * MS, by_arrival=True))
    distributions.fold(
        rows(
            (99 * MS, 101 * MS, 102 * MS, 103 * MS, 104 * MS),  # arrived in the lead-in
            (150 * MS, 190 * MS, 230 * MS, 240 * MS, 250 * MS),  # ends when it has closed
        ),
        rows((160 * MS, 210 * MS, 220 * MS, 220 * MS, 1), (170 * MS, 180 * MS, *[FOREVER] * 2, 0)),
    )
    assert means(distributions) == {
        "wait": 80 * MS,
        "use": 10 * MS,
        "release": 10 * MS,
        "total": 100 * MS,
        "picked": 60 * MS,
        "failed": 60 * MS,
        "waiting": 30 * MS,  # of the one that never ended: none counts twice
        "late": None,
    }


def test_what_was_left_over_has_waited_until_the_window_closed() -> None:
    distributions = Distributions(Window(100 * MS, 200 * MS, by_arrival=True))
    distributions.account(Accounts(5, 1, np.array([20 * MS]), np.array([1 * MS, 3 * MS])))
    assert means(distributions)["waiting"] == 20 * MS
    assert means(distributions)["late"] == 2 * MS
