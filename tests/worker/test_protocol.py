"""Records cross the wall to the runner, and those of several turns become one."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest

from runner.worker.histogram import Histogram
from runner.worker.protocol import SLICES, TurnRecord, parse_line
from runner.worker.shape import MalformedLineError
from tests.builders import turn_record


def test_a_record_crosses_the_wall_unchanged() -> None:
    record = turn_record((1, 2), [10, 20], held=3, loop_lag=7, slices=tuple(range(SLICES)))
    again = TurnRecord.from_json(record.to_json())
    assert again.to_json() == record.to_json()
    assert (again.ok, again.slices) == (record.ok, record.slices)


def test_a_line_that_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(MalformedLineError):
        parse_line(b'{"turn": ' + b"[" * 100_000)


def test_turns_one_after_the_other_add_up_and_their_worst_is_the_worst() -> None:
    first = turn_record((1, 2), [10, 20, 30], held=3, cpu=5, longest_wait=7)
    second = turn_record((3, 0), [40], held=5, cpu=6, longest_wait=2)
    whole = first.then(second)
    assert whole.seconds == pytest.approx(0.8)
    assert (whole.ok, whole.weight, whole.cpu) == ((4, 2), 6.0, 11)
    assert (whole.held, whole.longest_wait, whole.loop_lag) == (5, 7, None)
    assert (len(whole.histograms["total"]), whole.histograms["total"].mean) == (4, 25)
    assert first.ok == (1, 2), "the records that were merged are left alone"
    assert len(first.histograms["total"]) == 3


def test_slices_and_kinds_of_failure_add_up_and_the_first_example_is_kept() -> None:
    slices = tuple(range(SLICES))
    first = turn_record(slices=slices, failures={"a": 1, "b": 0}, messages={"a": {"first": 1}})
    second = turn_record(
        slices=slices, failures={"a": 2, "b": 3}, messages={"a": {"x": 2}, "b": {"y": 1}}
    )
    whole = first.then(second)
    assert whole.slices == tuple(range(0, 2 * SLICES, 2))
    assert whole.failures == {"a": 3, "b": 3}
    assert whole.messages == {"a": {"first": 1, "x": 2}, "b": {"y": 1}}
    assert whole.examples == {"a": "x", "b": "y"}, "the most frequent message of each kind"


def test_clients_that_wait_at_the_end_of_every_turn_are_not_counted_several_times() -> None:
    turns = [turn_record(waiting=waiting, stuck=1) for waiting in (45, 40, 45)]
    whole = reduce(TurnRecord.then, turns)
    assert (whole.waiting, whole.stuck) == (45, 1), "45 of 50 clients, not 130 of 50"


def test_the_mean_lag_of_a_loop_is_that_of_all_its_answers() -> None:
    busy = turn_record(loop_lag=90, loop_lag_sum=90, loop_probes=1)
    idle = turn_record(loop_lag=20, loop_lag_sum=90, loop_probes=9)
    assert busy.then(idle).loop_lag_mean == 18, "the larger of the two means would be 90"
    assert busy.then(idle).loop_lag == 90
    assert turn_record().then(turn_record()).loop_lag_mean is None, "threads have no loop"


def test_a_failure_in_the_moment_of_the_opening_is_the_first_one() -> None:
    first = turn_record(first_failure=0, exhausted=0)
    assert first.then(turn_record(first_failure=9, exhausted=9)).first_failure == 0
    assert first.then(turn_record(first_failure=9, exhausted=9)).exhausted == 0
    assert turn_record().then(turn_record(first_failure=9)).first_failure == 9


def test_workers_side_by_side_share_the_window_and_add_up_in_it() -> None:
    one = turn_record((1, 2), [10], waiting=2, inserted=3, ids=10, held=5, longest_wait=4)
    other = turn_record((3,), [30], waiting=1, inserted=4, ids=20, held=4, longest_wait=9)
    both = one.beside(other)
    assert (both.seconds, both.weight) == (one.seconds, 6.0)
    assert both.ok == (1, 2, 3), "the clients are other ones"
    assert (both.waiting, both.inserted, both.ids, both.held) == (3, 7, 30, 9)
    assert both.longest_wait == 9
    assert both.histograms["total"].mean == 20


def test_a_pool_beside_one_that_still_serves_is_not_the_end() -> None:
    dry, serving = turn_record(exhausted=5, first_failure=7), turn_record(first_failure=6)
    assert dry.beside(serving).exhausted is None
    assert dry.beside(turn_record(exhausted=9)).exhausted == 9
    assert dry.beside(serving).first_failure == 6, "of one window the earliest"


def test_records_of_different_numbers_of_clients_are_not_turns_of_one_cell() -> None:
    with pytest.raises(ValueError, match="shorter"):
        turn_record((1, 2)).then(turn_record((1,)))


def test_histograms_of_another_part_are_not_dropped() -> None:
    odd = turn_record()
    extra = {**odd.histograms, "delay": Histogram()}
    extra["delay"].add(np.array([1], dtype=np.int64))
    with pytest.raises(KeyError, match="delay"):
        turn_record(histograms=extra).then(odd)
    with pytest.raises(KeyError, match="delay"):
        odd.then(turn_record(histograms=extra))
