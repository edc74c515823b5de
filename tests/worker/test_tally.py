"""What counts, and for how much: the edges of a window."""

from __future__ import annotations

from array import array

import pytest

from adapters.base import Failure
from runner.worker.tally import Tally

MS = 1_000_000


def tally(opens: int = 100 * MS, closes: int = 200 * MS, clients: int = 2) -> Tally:
    made = Tally(clients)
    made.set_clock(opens, closes)
    return made


def operation(asked: float, got: float, used: float, released: float) -> array[int]:
    return array("q", [int(moment * MS) for moment in (asked, got, used, released)])


def test_an_operation_counts_with_the_fraction_of_its_time_that_lies_in_the_window() -> None:
    counted = tally()
    counted.fold(0, operation(90, 92, 98, 110))  # half of it
    counted.fold(0, operation(120, 121, 129, 130))  # all of it
    counted.fold(0, operation(190, 191, 198, 230))  # a quarter, drained
    counted.fold(1, operation(10, 20, 30, 40))  # before
    counted.fold(1, operation(50, 60, 240, 250))  # half of it
    assert counted.weight == pytest.approx(0.5 + 1 + 0.25 + 0.5)
    assert counted.ok == [2, 0], "operations are those that ended in the window"


def test_each_tenth_of_the_window_counts_what_ended_in_it() -> None:
    counted = tally()
    for ended in (99, 100, 109, 110, 155, 199, 200):
        counted.fold(0, operation(ended - 5, ended - 4, ended - 1, ended))
    assert counted.slices.tolist() == [2, 1, 0, 0, 0, 1, 0, 0, 0, 1]


def test_the_parts_of_an_operation_are_told_apart() -> None:
    counted = tally()
    counted.fold(0, operation(110, 112, 117, 118))
    means = {part: histogram.mean for part, histogram in counted.histograms.items()}
    assert means == {"wait": 2 * MS, "use": 5 * MS, "release": MS, "total": 8 * MS, "failed": None}


def test_failures_count_where_they_end_and_the_first_one_is_remembered() -> None:
    counted = tally()
    for asked, ended in ((95, 99), (99, 130), (110, 120), (150, 210)):
        counted.failed(Failure.POOL_TIMEOUT, f"ended {ended}", asked * MS, 0, ended * MS)
    counted.close()
    assert counted.counts[Failure.POOL_TIMEOUT] == 2
    assert counted.first_failure == 120 * MS
    assert counted.histograms["failed"].maximum == 31 * MS
    assert counted.examples == {Failure.POOL_TIMEOUT: "ended 99"}


def test_whoever_waits_when_the_window_closes_is_counted_with_the_time_until_then() -> None:
    counted = tally()
    counted.fold(0, operation(180, 210, 215, 216))  # got one after it had closed
    counted.failed(Failure.POOL_TIMEOUT, "", 150 * MS, 0, 250 * MS)  # gave up later
    counted.failed(Failure.QUERY_FAILED, "", 120 * MS, 130 * MS, 250 * MS)  # was not waiting
    counted.still_waiting(140 * MS)
    counted.still_waiting(205 * MS)  # asked after it had closed
    counted.close()
    assert (counted.waiting, counted.longest_wait) == (3, 60 * MS)


def test_many_failures_are_folded_and_none_is_lost() -> None:
    counted = tally()
    for number in range(20_000):
        kind = Failure.POOL_EXHAUSTED if number % 2 else Failure.CONNECTION_LOST
        counted.failed(kind, "", 110 * MS, 0, 111 * MS)
    assert len(counted._failures) < 20_000, "memory is bounded"
    counted.close()
    assert (
        counted.counts[Failure.POOL_EXHAUSTED] == counted.counts[Failure.CONNECTION_LOST] == 10_000
    )


def test_what_comes_after_the_end_is_not_counted() -> None:
    counted = tally()
    counted.close()
    counted.fold(0, operation(110, 112, 117, 118))
    assert counted.ok == [0, 0]


def test_stamps_that_a_stuck_client_has_only_begun_are_left_out() -> None:
    counted = tally()
    counted.fold(0, operation(110, 112, 117, 118) + array("q", [120 * MS, 121 * MS]))
    assert counted.ok == [1, 0]
