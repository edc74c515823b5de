"""A time line says in which tenth of a second operations ended, failed, and clients waited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from adapters.base import Failure, PoolStats
from runner.worker.observer import KINDS, NO_FAILURES, NO_TIMES
from runner.worker.protocol import Slot, slots_beside
from runner.worker.timeline import TimeLine
from runner.worker.window import FOREVER, Window

if TYPE_CHECKING:
    from runner.worker.histogram import Integers

MS = 1_000_000
OPENS = 1000


def line(closes: float = OPENS + 300) -> TimeLine:
    return TimeLine(Window(OPENS * MS, FOREVER if closes == FOREVER else int(closes * MS)))


def success(picked: float, got: float, ended: float) -> Integers:
    moments = (picked, picked, got, ended, ended)
    return np.array([[int((OPENS + moment) * MS) for moment in moments]], dtype=np.int64)


def failure(picked: float, ended: float) -> Integers:
    moments = [int((OPENS + moment) * MS) for moment in (picked, picked, ended, ended)]
    return np.array([[*moments, 0]], dtype=np.int64)


def columns(timeline: TimeLine) -> list[list[float]]:
    return [list(column) for column in zip(*timeline.slots(), strict=True)]


def test_operations_and_failures_are_in_the_slot_in_which_they_ended() -> None:
    timeline = line()
    for ended in (-1, 0, 99, 100, 250, 299, 300):
        timeline.fold(success(ended, ended, ended), NO_FAILURES)
    for ended in (150, 160, 301):
        timeline.fold(NO_TIMES, failure(ended, ended))
    operations, failures, *_ = columns(timeline)
    assert operations == [2, 1, 2]
    assert failures == [0, 2, 0]


def test_clients_wait_in_every_slot_that_their_wait_crosses() -> None:
    timeline = line()
    timeline.fold(success(50, 220, 230), NO_FAILURES)
    timeline.fold(NO_TIMES, failure(110, 160))
    timeline.fold(success(-40, 20, 30), NO_FAILURES)
    assert columns(timeline)[2] == pytest.approx([0.5 + 0.2, 1.0 + 0.5, 0.2])


def test_a_client_that_never_came_back_waits_to_the_end() -> None:
    timeline = line()
    waiting = failure(120, 0)
    waiting[0, 2:4] = FOREVER
    timeline.fold(NO_TIMES, waiting)
    _, failures, waits, *_ = columns(timeline)
    assert waits == pytest.approx([0.0, 0.8, 1.0])
    assert failures == [0, 0, 0], "it has not failed"


def test_a_last_slot_that_the_closing_cuts_is_a_mean_of_what_there_is_of_it() -> None:
    timeline = line(OPENS + 250)
    timeline.fold(success(100, 240, 260), NO_FAILURES)
    timeline.fold(success(180, 400, 410), NO_FAILURES)
    operations, _, waits, *_ = columns(timeline)
    assert len(operations) == 3
    assert waits == pytest.approx([0.0, 1.2, 40 / 50 + 1])


def test_a_quiet_window_has_all_its_slots_and_one_without_an_end_those_that_were_seen() -> None:
    assert line().slots() == (Slot(0, 0, 0.0),) * 3
    endless = line(FOREVER)
    assert endless.slots() == ()
    endless.fold(success(0, 10, 510), NO_FAILURES)
    assert [slot.operations for slot in endless.slots()] == [0, 0, 0, 0, 0, 1]


def test_the_lines_of_two_workers_add_up_slot_by_slot() -> None:
    both = slots_beside((Slot(1, 2, 0.5), Slot(1, 0, 1.0)), (Slot(3, 0, 0.25),))
    assert both == (Slot(4, 2, 0.75), Slot(1, 0, 1.0))


def test_connections_are_held_from_the_moment_in_which_they_were_got() -> None:
    timeline = line()
    timeline.fold(success(10, 50, 220), NO_FAILURES)
    timeline.fold(success(150, 160, 170), NO_FAILURES)
    timeline.fold(NO_TIMES, failure(110, 160))
    assert columns(timeline)[3] == pytest.approx([0.5, 1.0 + 0.1, 0.2])


def lost(got: float, ended: float, kind: Failure) -> Integers:
    moments = [int((OPENS + moment) * MS) for moment in (got - 1, got - 1, got, ended)]
    return np.array([[*moments, KINDS.index(kind)]], dtype=np.int64)


def test_a_connection_that_was_lost_in_use_is_noted_with_the_moment_in_which_it_was_got() -> None:
    timeline = line()
    timeline.fold(NO_TIMES, lost(120, 130, Failure.CONNECTION_LOST))
    timeline.fold(NO_TIMES, lost(140, 150, Failure.QUERY_FAILED))
    timeline.fold(NO_TIMES, lost(160, 160, Failure.CONNECTION_LOST))
    timeline.fold(NO_TIMES, lost(290, 310, Failure.CONNECTION_LOST))
    assert timeline.broken == [120 * MS], "not in a query that failed, nor while it waited"


def test_the_gauges_of_a_slot_are_those_read_last_in_it() -> None:
    timeline = line()
    for at, size in ((10, 3), (90, 4), (250, 5)):
        timeline.gauge((OPENS + at) * MS, PoolStats(size=size, idle=1))
    seen = [(slot.pool_size, slot.pool_idle, slot.pool_waiting) for slot in timeline.slots()]
    assert seen == [(4, 1, None), (None, None, None), (5, 1, None)]


def test_a_gauge_that_one_worker_does_not_know_is_not_known_of_both() -> None:
    slot, other = Slot(1, 0, 0.0, 1.0, 5, 2), Slot(1, 0, 0.0, 2.0, 5, None)
    assert slot.beside(other) == Slot(2, 0, 0.0, 3.0, 10, None, None)
