"""The tally of a turn: which operations count, and for how much, at the edges of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from adapters.base import Failure
from runner.worker.long_text import LONGEST
from runner.worker.observer import NO_TIMES
from runner.worker.tally import MOST_MESSAGES, Tally
from runner.worker.window import FOREVER, Window
from tests.fakes.recorder import Recorder

if TYPE_CHECKING:
    from runner.worker.histogram import Integers
    from runner.worker.observer import Observer

MS = 1_000_000


def tally(*observers: Observer) -> Tally:
    return Tally(Window(100 * MS, 200 * MS), 2, observers)


def operation(
    intended: float, got: float, used: float, released: float, picked: float | None = None
) -> Integers:
    second = intended if picked is None else picked
    moments = [int(moment * MS) for moment in (intended, second, got, used, released)]
    return np.array([moments], dtype=np.int64)


def fail(counted: Tally, kind: Failure, began: float, ended: float, got: float = 0) -> None:
    moments = (int(began * MS), int(began * MS), int((got or ended) * MS), int(ended * MS))
    counted.failed(kind, f"ended {ended}", moments)


def test_an_operation_counts_with_the_fraction_of_its_time_that_lies_in_the_window() -> None:
    counted = tally()
    counted.fold([0], [operation(90, 92, 98, 110)])  # half of it
    counted.fold([0], [operation(120, 121, 129, 130)])  # all of it
    counted.fold([0], [operation(190, 191, 198, 230)])  # a quarter, drained
    counted.fold([1], [operation(10, 20, 30, 40)])  # before
    counted.fold([1], [operation(50, 60, 240, 250)])  # half of it
    assert counted.weight == pytest.approx(0.5 + 1 + 0.25 + 0.5)
    assert counted.ok == [2, 0], "operations are those that ended in the window"


def test_each_tenth_of_the_window_counts_what_ended_in_it() -> None:
    counted = tally()
    for ended in (99, 100, 109, 110, 155, 199, 200):
        counted.fold([0], [operation(ended - 5, ended - 4, ended - 1, ended)])
    assert counted.slices.tolist() == [2, 1, 0, 0, 0, 1, 0, 0, 0, 1]


def test_failures_count_where_they_end_and_the_first_one_is_remembered() -> None:
    counted = tally()
    for began, ended in ((95, 99), (99, 130), (110, 120), (150, 210)):
        fail(counted, Failure.POOL_TIMEOUT, began, ended)
    counted.close()
    assert counted.counts[Failure.POOL_TIMEOUT] == 2
    assert counted.finished == 4
    assert counted.first_failure == 120 * MS
    assert counted.messages == {
        Failure.POOL_TIMEOUT: {"ended 99": 1, "ended 130": 1, "ended 120": 1, "ended 210": 1}
    }


def test_of_very_many_different_messages_the_first_are_counted() -> None:
    counted = tally()
    for number in range(2 * MOST_MESSAGES):
        fail(counted, Failure.QUERY_FAILED, 100, 101 + number)
    fail(counted, Failure.QUERY_FAILED, 100, 101)
    messages = counted.messages[Failure.QUERY_FAILED]
    assert len(messages) == MOST_MESSAGES
    assert messages["ended 101"] == 2


def test_messages_of_megabytes_are_cut_where_they_arise_and_of_many_long_ones_the_first_count() -> (
    None
):
    counted = tally()
    for number in range(50):
        counted.release_failed(f"{number}{'x' * 10_000_000}", 0)
    fail(counted, Failure.QUERY_FAILED, 100, 101)
    released = counted.messages["release_failed"]
    assert 1 < len(released) < 20
    assert all(len(message) < LONGEST + 50 for message in released)
    assert counted.messages[Failure.QUERY_FAILED] == {"ended 101": 1}, "one of each kind is told"


def test_a_wait_that_the_closing_cuts_is_counted_with_the_time_until_then() -> None:
    counted = tally()
    counted.fold([0], [operation(180, 210, 215, 216)])  # got one after it had closed
    fail(counted, Failure.POOL_TIMEOUT, 150, 250)  # gave up later
    fail(counted, Failure.QUERY_FAILED, 120, 250, got=130)  # was not waiting
    counted.still_waiting(140 * MS)
    counted.still_waiting(205 * MS)  # asked after it had closed
    counted.close()
    assert (counted.waiting, counted.longest_wait) == (3, 60 * MS)


def test_a_wait_in_vain_is_a_wait_whoever_gave_it_up() -> None:
    counted = tally()
    fail(counted, Failure.POOL_TIMEOUT, 100, 190)
    counted.fold([0], [operation(150, 160, 165, 170)])
    counted.close()
    assert (counted.waiting, counted.longest_wait) == (0, 90 * MS)


def test_a_window_without_an_end_closes_over_no_wait() -> None:
    counted = Tally(Window(100 * MS, FOREVER), 1)
    counted.still_waiting(140 * MS)
    assert (counted.waiting, counted.longest_wait) == (0, 0)


def test_an_operation_that_was_late_counts_as_work_from_when_it_was_picked_up() -> None:
    counted = tally()
    counted.fold([0], [operation(50, 162, 168, 170, picked=160)])
    assert counted.weight == 1, "all of the work lay in the window"
    assert counted.busy == 10 * MS, "its client had been busy with other operations until then"


def test_many_failures_are_folded_and_none_is_lost() -> None:
    counted = tally()
    for number in range(20_000):
        kind = Failure.POOL_EXHAUSTED if number % 2 else Failure.CONNECTION_LOST
        fail(counted, kind, 110, 111)
    assert len(counted._failures) < 5 * 20_000, "memory is bounded"
    counted.close()
    assert (
        counted.counts[Failure.POOL_EXHAUSTED] == counted.counts[Failure.CONNECTION_LOST] == 10_000
    )


def test_what_comes_after_the_end_is_not_counted() -> None:
    counted = tally()
    counted.close()
    counted.fold([0], [operation(110, 112, 117, 118)])
    assert counted.ok == [0, 0]


def test_an_error_that_comes_after_the_end_is_not_counted() -> None:
    counted = tally()
    counted.close()
    fail(counted, Failure.QUERY_FAILED, 1, 2)
    counted.release_failed("late", 0)
    assert (counted.messages, counted.releases_failed) == ({}, 0)


def test_an_observer_is_shown_every_operation_once_and_nothing_after_the_end() -> None:
    first, second = Recorder(), Recorder()
    counted = tally(first, second)
    counted.fold([0], [np.vstack([operation(110, 112, 117, 118), operation(118, 119, 120, 121)])])
    fail(counted, Failure.POOL_TIMEOUT, 130, 140)
    counted.still_waiting(150 * MS)
    counted.close()
    counted.fold([1], [operation(150, 152, 157, 158)])
    assert first.times == [
        [110 * MS, 110 * MS, 112 * MS, 117 * MS, 118 * MS],
        [118 * MS, 118 * MS, 119 * MS, 120 * MS, 121 * MS],
    ]
    kind = list(Failure).index(Failure.POOL_TIMEOUT)
    assert [130 * MS, 130 * MS, 140 * MS, 140 * MS, kind] in first.failures
    assert [150 * MS, 150 * MS, FOREVER, FOREVER, 0] in first.failures
    assert len(first.failures) == 2
    assert (second.times, second.failures) == (first.times, first.failures)


def test_operations_of_several_clients_that_are_folded_together_count_for_each() -> None:
    counted = tally()
    late, soon = operation(190, 191, 198, 230), operation(120, 121, 129, 130)
    counted.fold([1, 0], [np.vstack([soon, late, soon]), soon])
    counted.fold([0, 1], [NO_TIMES, soon])
    assert counted.ok == [1, 3]
    assert counted.finished == 5


def test_a_fold_of_nothing_is_not_shown() -> None:
    recorder = Recorder()
    counted = tally(recorder)
    counted.fold([0], [NO_TIMES])
    counted.close()
    assert counted.finished == 0
    assert (recorder.times, recorder.failures) == ([], [])


def test_in_an_open_loop_an_operation_belongs_to_the_window_in_which_it_arrived() -> None:
    counted = Tally(Window(100 * MS, 200 * MS, by_arrival=True), 1)
    counted.fold([0], [operation(90, 110, 120, 130)])
    counted.fold([0], [operation(99, 110, 120, 130)])
    counted.fold([0], [operation(150, 160, 170, 180)])
    counted.fold([0], [operation(190, 240, 250, 260, picked=230)])
    fail(counted, Failure.POOL_TIMEOUT, 90, 150)
    fail(counted, Failure.POOL_TIMEOUT, 95, 150)
    fail(counted, Failure.POOL_TIMEOUT, 195, 230)
    counted.close()
    assert counted.ok == [2]
    assert counted.counts[Failure.POOL_TIMEOUT] == 1
    assert counted.slices.sum() == 3, "a trend is one of what ends"
