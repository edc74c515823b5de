"""Cells whose connections go through a network of their own, each through its own alone."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from runner.measure import limit
from runner.measure.shared_cores import Reading
from runner.plan.tasks import Place
from runner.report.catalogue import text
from runner.rtt import Rtt
from runner.server.network import network
from tests.builders import cell
from tests.measure.groups import TURNS, UNCUT, group
from tests.processes import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.measure.context import Context
    from runner.measure.group import Group
    from runner.measure.pgbench_program import Program
    from runner.plan.plan import Cell
    from runner.results.row import Row
    from runner.server.pgbouncer_program import Program as Pooler

PROGRAM = "runner.server.network.process"


def networks() -> list[psutil.Process]:
    """Find the networks that this process has started."""
    return [it for it in psutil.Process().children() if PROGRAM in _command(it)]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@pytest.fixture(autouse=True)
def _nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Reading, "foreign_cores", lambda _now, _before: None)
    yield
    assert networks() == []


@pytest.fixture(autouse=True)
def _the_least_cpu_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.results.row_builder.LEAST_SERVER_CPU", 0.0)


def by_rtt(context: Context) -> dict[str, Row]:
    return {str(row.conditions.rtt): row for row in context.run_folder.results()}


class Looking:
    """Looks at the networks of a group before each turn."""

    def __init__(self) -> None:
        self.group: Group
        self.carried: dict[str, int] = {}

    def __call__(self, _cell: Cell, _round: int) -> None:
        for member in self.group._members:
            if member.network:
                self.carried[member.subject.cell.id] = member.network.carried().bytes


def measured(looking: Looking | Killing, context: Context, **settings: Any) -> None:
    looking.group = group(replace(context, announce=looking), ["psycopg3"], **settings)
    list(looking.group.measure())


def test_each_cell_has_a_network_of_its_own_which_carries_what_it_says(context: Context) -> None:
    matrix = {"adapter": "psycopg3", "clients": 3, "rtt": ["none", "0ms", "5ms"]}
    looking = Looking()
    measured(looking, context, **UNCUT, compare="rtt", matrix=matrix)
    rows, members = by_rtt(context), looking.group._members
    assert {rtt: (str(row.status), text(row.reason)) for rtt, row in rows.items()} == (
        dict.fromkeys(["none", "0ms", "5ms"], ("ok", ""))
    )
    assert len(looking.carried) == 2
    assert min(looking.carried.values()) > 0
    assert [row.sessions_opened for row in rows.values()] == [2] * 3, "seen as they are"
    assert [row.connections_max for row in rows.values()] == [2] * 3
    assert (rows["5ms"].use_ms_p50 or 0) >= 5, "an operation waits for a round trip at least"
    assert rows["none"].round_trip_ms is rows["none"].network_cpu_us_per_op is None
    assert 0 < (rows["0ms"].round_trip_ms or 0) < (rows["5ms"].round_trip_ms or 0)
    assert (rows["5ms"].round_trip_ms or 0) >= 5, "a delay is a promise"
    assert (rows["0ms"].network_cpu_us_per_op or 0) > 0
    held_against = {str(it.subject.cell.conditions.rtt): it.seen.round_trip for it in members}
    assert (held_against["5ms"] or 0) >= 0.005, "an answer after 1 ms came too soon"
    assert held_against["none"] is None, "nothing was measured before"


def test_a_pooler_is_behind_the_network_on_the_servers_side(
    context: Context, pgbouncer_program: Pooler
) -> None:
    matrix = {"adapter": "asyncpg", "clients": 3, "rtt": "2ms", "pooler": "session"}
    made = group(replace(context, pooler=pgbouncer_program), ["asyncpg"], **TURNS, matrix=matrix)
    list(made.measure())
    [row] = context.run_folder.results()
    assert (str(row.status), text(row.reason)) == ("ok", "")
    assert (row.pooler_sessions, row.connections_max) == (2, 2), "none of them is the runner's"
    assert (row.use_ms_p50 or 0) >= 2
    assert row.round_trip_ms is None, "a PgBouncer knows only the clients of its cell"
    [member] = made._members
    assert (member.seen.round_trip, member.network is None) == (None, False)


class Killing:
    """Kills the network of the cell with one before its third turn."""

    def __init__(self) -> None:
        self.group: Group
        self._turns = 0

    def __call__(self, cell: Cell, _round: int) -> None:
        self._turns += cell.conditions.networked
        if cell.conditions.networked and self._turns == 3:
            [process] = networks()
            os.kill(process.pid, signal.SIGKILL)


def test_a_network_that_dies_is_the_reason_of_its_row_and_of_no_other(context: Context) -> None:
    matrix = {"adapter": "psycopg3", "clients": 3, "rtt": ["none", "0ms"]}
    measured(Killing(), context, **TURNS, compare="rtt", matrix=matrix)
    rows = by_rtt(context)
    assert str(rows["none"].status) == "ok"
    assert str(rows["0ms"].status) == "failed"
    assert (rows["0ms"].turns or 0) < 5, "it is measured no further"
    assert text(rows["0ms"].reason).startswith(
        "the network between client and server failed: the network was ended by SIGKILL"
    )


def test_a_network_that_does_not_start_fails_its_cell_alone(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "ROOT", "/nowhere")
    matrix = {"adapter": "psycopg3", "clients": 3, "rtt": ["none", "0ms"]}
    measured(Looking(), context, **TURNS, compare="rtt", matrix=matrix)
    rows = by_rtt(context)
    assert str(rows["none"].status) == "ok"
    assert str(rows["0ms"].status) == "failed"
    assert "failed: the network cannot be started: " in text(rows["0ms"].reason)


def test_the_limit_goes_through_a_network_of_its_own(context: Context, program: Program) -> None:
    conditions = cell(rtt=Rtt(through=True, seconds=0.005), cpus="all").conditions.of_limit()
    [row] = limit.measure_round(context, program, {conditions: 1}, Place(1, 1, 1), 1.0)
    assert (row.network_cpu_us_per_op or 0) > 0
    assert (str(row.status), text(row.reason)) == ("ok", "")
    assert row.conditions == conditions
    assert (row.total_ms_mean or 0) >= 5


def kill_beside_pgbench() -> None:
    """Kill the network once pgbench runs, and so connects or works through it."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        started = networks()
        if started and "pgbench" in names():
            os.kill(started[0].pid, signal.SIGKILL)
            return
        time.sleep(0.005)


def test_a_network_that_dies_is_the_reason_of_a_limit_too(
    context: Context, program: Program
) -> None:
    conditions = cell(rtt=Rtt(through=True, seconds=0.0), cpus="all").conditions.of_limit()
    killing = Thread(target=kill_beside_pgbench)
    killing.start()
    [row] = limit.measure_round(context, program, {conditions: 1}, Place(1, 1, 1), 3.0)
    killing.join()
    assert str(row.status) == "failed"
    assert text(row.reason).startswith(
        "the network between client and server failed: the network was ended by SIGKILL"
    )
