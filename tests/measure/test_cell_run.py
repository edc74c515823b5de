"""A cell runs from its start to its end, and what goes wrong with it is noted, not raised."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.measure import cell_run as module
from runner.measure.cell_run import CellRun, cell_run
from runner.measure.worker_process import WorkerProcess
from runner.report.catalogue import text
from runner.results.row import Status
from runner.supervision.interrupts import Interrupted
from runner.worker.protocol import OpenOrder, TurnOrder
from tests.builders import OPEN, turn_record
from tests.processes import workers

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.measure.context import Context

ORDER = replace(OPEN, max_size=2, name="c001r01")
TURN = TurnOrder(1, 0.0, operations=3, patience=5.0)


def eventually(true: Callable[[], bool]) -> bool:
    """Wait up to 5 seconds for a condition."""
    until = time.monotonic() + 5
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return true()


def broken(name: str) -> OpenOrder:
    return replace(ORDER, adapter=f"tests.fakes.broken:{name}")


def taken(run: CellRun) -> None:
    """Take a turn and judge it, as measuring does."""
    if run.turn(TURN):
        run.judge()


def test_a_cell_opens_on_a_real_server_takes_turns_and_closes(context: Context) -> None:
    context.server.prepare(["c001r01"])
    with cell_run(replace(ORDER, adapter="psycopg3"), context) as run:
        times = run.open(context.server.dsn("c001r01", "a cell"))
        assert times is not None
        assert (times.pool_full_ms or 0) > 0
        for _ in range(2):
            taken(run)
        assert [sum(measured.ok) for _, measured in run.taken] == [6, 6]
        assert (run.mean or 0) > 0
        assert run.rss()
        run.begin_close()
        assert run.close() is True
        assert (run.status, run.reason, run.lives) == (Status.OK, None, False)
    left = context.server.table_rows("c001r01")
    assert left is not None
    assert left.count == 12
    context.server.discard(["c001r01"])


def test_workers_start_side_by_side_and_none_outlives_its_block(context: Context) -> None:
    with ExitStack() as stack:
        for name in ("one", "two"):
            stack.enter_context(cell_run(replace(ORDER, name=name), context))
        assert eventually(lambda: len(workers()) == 2), "each has yet to become a worker"
    assert workers() == []


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("Closed", Status.FAILED, "nobody listens there"),
        ("Crashing", Status.CRASHED, "SIGSEGV"),
        ("Buggy", Status.FAILED, "a bug in the adapter or in PoolBench: ZeroDivisionError"),
    ],
)
def test_a_cell_that_cannot_go_on_says_why_and_has_ended(
    context: Context, name: str, status: Status, words: str
) -> None:
    with cell_run(broken(name), context) as run:
        if run.open("") is not None:
            taken(run)
        assert run.status is status
        assert words in text(run.reason)
        assert not run.lives
        assert workers() == []
        assert run.close() is True, "there is nothing left to close"


def test_the_traceback_of_a_bug_is_in_the_log(context: Context) -> None:
    with cell_run(broken("Buggy"), context) as run:
        run.open("")
        taken(run)
        assert "Traceback" in run.log()
        assert "a bug in an adapter" in run.log()


def test_clients_that_never_come_back_are_counted_and_what_they_did_is_kept(
    context: Context,
) -> None:
    with cell_run(broken("Hanging"), context) as run:
        run.open("")
        measured = run.turn(TurnOrder(1, 0.0, 0.6, patience=0.5))
        assert measured is not None
        run.judge()
        assert run.status is Status.HUNG
        assert re.fullmatch("[12] of 2 clients never came back", text(run.reason))
        assert sum(run.taken[0][1].ok) > 0


def test_an_answer_for_other_clients_than_there_are_is_none(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WorkerProcess, "turn", lambda *_: turn_record((1,)))
    with cell_run(broken("Hanging"), context) as run:
        run.open("")
        assert run.turn(TurnOrder(1, 0.0, 0.1)) is None
        assert run.status is Status.CRASHED
        assert text(run.reason) == "the process answered for 1 clients"


def test_a_frozen_cell_is_hung(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.5)
    with cell_run(broken("Frozen"), context) as run:
        run.open("")
        assert run.turn(TurnOrder(1, 0.0, 0.1, patience=0.1)) is None
        assert run.status is Status.HUNG
        assert "did not answer" in text(run.reason)
        assert run.taken == []


def test_a_pool_that_does_not_close_is_killed(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CLOSE_SECONDS", 0.3)
    with cell_run(broken("Lingering"), context) as run:
        run.open("")
        run.begin_close()
        assert run.close() is False
        assert workers() == []


def test_an_interrupt_in_a_turn_ends_the_cell(context: Context) -> None:
    with cell_run(ORDER, context) as run:
        run.open("")
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(Interrupted):
            run.turn(TurnOrder(1, 0.0, 60.0))
        assert not run.lives
        assert workers() == []


def test_a_parked_cell_tells_of_itself_and_one_that_does_not_is_hung(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cell_run(ORDER, context) as run:
        run.open("")
        inspection = run.inspect()
        assert inspection is not None
        assert inspection.answers == ()
        assert run.companions() == []
        monkeypatch.setattr(module, "INSPECT_SECONDS", 0.2 - ORDER.timeout)
        [worker] = workers()
        worker.suspend()
        assert run.inspect() is None
        assert (run.status, run.lives) == (Status.HUNG, False)
