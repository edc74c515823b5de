"""Several processes are one cell: they share a window, and what fails one of them fails the row."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from runner.measure import cell_processes as module
from runner.measure.cell_processes import CellProcesses, running
from runner.measure.startup import Startup
from runner.report.catalogue import text
from runner.results.row import Status
from runner.worker.protocol import TurnOrder
from tests.builders import OPEN
from tests.measure.groups import TURNS, group
from tests.processes import alive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.measure.context import Context
    from runner.measure.member import Subject
    from runner.results.row import Row
    from runner.worker.protocol import OpenOrder

FIRST = replace(OPEN, max_size=2, name="c001r01")
TURN = TurnOrder(1, 0.01, length=0.1, patience=5.0)


def pair(adapter: str) -> list[OpenOrder]:
    first = replace(FIRST, adapter=adapter)
    return [first, replace(first, name="c001r01-process2", seed="seed/process2")]


@contextmanager
def opened(context: Context, adapter: str = "noop") -> Iterator[CellProcesses]:
    """Open a cell of two processes."""
    with running(pair(adapter), context, Startup()) as run:
        assert isinstance(run, CellProcesses)
        opening = run.open("")
        assert opening is not None
        assert opening.first_connection_ms > 0
        yield run


def test_one_process_is_run_as_ever(context: Context) -> None:
    with running([FIRST], context, Startup()) as run:
        assert not isinstance(run, CellProcesses)


def test_processes_share_a_window_that_opens_at_a_moment(context: Context) -> None:
    with opened(context) as run:
        measured = run.turn(TURN)
        assert measured is not None
        run.judge()
        assert len(measured.ok) == 4, "two clients of each"
        assert all(measured.ok)
        assert measured.seconds == TURN.length, "side by side, not one after the other"
        opened_at = [it.taken[-1][0].opens_at for it in run._runs]  # late clients have others first
        assert opened_at[0]
        assert opened_at == [opened_at[0]] * 2
        assert run.rss()
        assert (run.mean or 0) > 0
        told = run.inspect()
        assert told is not None
        run.begin_close()
        assert run.close()
        assert (run.status, run.reason, run.lives) == (Status.OK, None, False)


def test_processes_share_the_rate_at_which_operations_arrive(context: Context) -> None:
    """300 arrivals are expected, and 600 if each process had all of them."""
    with opened(context) as run:
        measured = run.turn(replace(TURN, length=0.3, rate=1000.0))
        assert measured is not None
        run.judge()
        assert 200 < measured.arrivals < 450


def test_a_process_that_is_gone_fails_the_cell_and_the_reason_says_which(context: Context) -> None:
    with opened(context) as run:
        workers = [psutil.Process(it._worker.pid) for it in run._runs]
        workers[1].kill()
        assert run.turn(TURN) is None
        assert not run.lives
        assert run.status is Status.CRASHED
        assert text(run.reason).startswith("process 2 of 2: the process")
        assert not any(alive(it) for it in workers)


def test_a_window_for_which_clients_come_too_late_is_ordered_again_further_ahead(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    context.server.prepare(["c001r01"])
    with running(pair("psycopg3"), context, Startup()) as run:
        assert run.open(context.server.dsn("c001r01", "a cell"))
        assert isinstance(run, CellProcesses)
        monkeypatch.setattr(run, "_warning", -0.02)
        measured = run.turn(TURN)
        assert measured is not None
        assert not measured.late
        run.begin_close()
        assert run.close()
        assert (run.status, len(run.taken)) == (Status.OK, 1)
        left = context.server.table_rows("c001r01")
        assert left is not None
        assert left.count == measured.inserted > sum(measured.ok), "what came before is known too"
        assert run.ahead > TURN.length, "what was late is a part of what came before"
    context.server.discard(["c001r01"])


def test_clients_that_always_come_too_late_fail_the_cell(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AHEAD_SECONDS", -0.02)
    with opened(context) as run:
        assert run.turn(TURN) is None
        assert run.status is Status.FAILED
        assert text(run.reason) == (
            "4 of 4 clients were not there when the window of their processes began"
        )
        assert not run.lives


def test_a_client_that_never_comes_back_fails_all_processes(context: Context) -> None:
    with opened(context, "tests.fakes.broken:Hanging") as run:
        measured = run.turn(replace(TURN, length=0.6, patience=0.1))
        assert measured is not None
        run.judge()
        assert (run.status, run.lives) == (Status.HUNG, False)


def rows_of(context: Context, **matrix: Any) -> dict[str, Row]:
    chosen = {"adapter": "psycopg3", "clients": 3, **matrix}
    list(group(context, [], **{**TURNS, "compare": "processes", "matrix": chosen}).measure())
    return {row.entrant: row for row in context.run_folder.results()}


def test_numbers_of_processes_take_turns_and_the_laws_count_them_all(context: Context) -> None:
    rows = rows_of(context, processes=[1, 2], workload="mixed")
    one, two = rows["processes 1"], rows["processes 2"]
    for row in rows.values():
        assert (row.status, text(row.reason), row.turns) == (Status.OK, "", 5)
        assert row.accounted_share == pytest.approx(1, abs=0.02)
        assert (row.rows_inserted or 0) - (row.rows_deleted or 0) == row.rows_found
        assert (row.held_max or 0) <= (row.connections or 0)
    assert (one.connections, two.connections) == (2, 4)
    assert (one.sessions_opened, two.sessions_opened) == (2, 4)
    assert one.process_jain is None
    assert 0.5 <= (two.process_jain or 0) <= 1
    slowest, fastest = two.process_ops_per_s_min or 0, two.process_ops_per_s_max or 0
    assert 0 < slowest <= fastest
    assert slowest + fastest == pytest.approx((two.ok or 0) / (two.seconds or 1))
    assert (context.run_folder.path / "histograms.hlog").exists()


def subject(context: Context, processes: int, cpus: str) -> Subject:
    matrix = {"adapter": "psycopg3", "processes": processes, "cpus": cpus}
    return group(context, [], affinity=True, matrix=matrix)._subjects[0]


def test_each_process_has_rows_and_keys_of_its_own_and_the_first_those_of_one(
    context: Context,
) -> None:
    several = subject(context, 3, "all").orders("s", [0, 1])
    (alone,) = subject(context, 1, "all").orders("s", [0, 1])
    assert several[0] == alone
    assert [it.name for it in several] == ["c001r01", "c001r01-process2", "c001r01-process3"]
    assert len({it.seed for it in several}) == 3
    assert {it.cpus for it in several} == {()}


def test_with_a_core_each_processes_keep_to_different_ones(context: Context) -> None:
    cores = [0, 1, 2, 3]
    assert [it.cpus for it in subject(context, 3, "one").orders("s", cores)] == [(3,), (2,), (1,)]
