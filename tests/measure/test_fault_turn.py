"""A cell with a fault is disturbed and recovers, and its server is whole and not lost after it."""

from __future__ import annotations

import csv
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
import pytest

from runner.measure.faults import kill
from runner.measure.planned_disturbance import PlannedDisturbance
from runner.report.catalogue import text
from runner.server import processes
from runner.server.embedded import EmbeddedServer
from runner.supervision.interrupts import Interrupted
from tests.measure.groups import group
from tests.processes import children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.measure.context import Context
    from runner.results.row import Row

SHORT: dict[str, Any] = {"recovery": "1s", "warmup": 0, "pool": {"max_size": 2}}


@pytest.fixture(scope="module")
def own() -> Iterator[EmbeddedServer]:
    """Start a server that nobody else needs meanwhile."""
    with EmbeddedServer(max_connections=30) as server:
        yield server


@pytest.fixture
def ours(context: Context, own: EmbeddedServer) -> Context:
    return replace(context, server=own)


def measure(context: Context, fault: dict[str, Any], *adapters: str) -> list[Row]:
    matrix = {"adapter": list(adapters), "clients": 3, "fault": {"at": "500ms", **fault}}
    with closing(group(context, [], **SHORT, matrix=matrix).measure()) as rows:
        return list(rows)


def slots(context: Context) -> list[dict[str, str]]:
    with (context.run_folder.path / "timeline.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def stands_still(server: EmbeddedServer) -> bool:
    tree = processes.tree(server._postgres.pid)
    return any(process.status() == psutil.STATUS_STOPPED for process in tree)


def answers(server: EmbeddedServer) -> bool:
    with psycopg.connect(server._uri("client", "postgres"), connect_timeout=10) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_was_down_has_cost_what_the_row_says_and_nothing_is_suspect(
    ours: Context, own: EmbeddedServer
) -> None:
    rows = measure(ours, {"kind": "down", "lasts": "400ms"}, "psycopg2-queued", "asyncpg")
    assert len(rows) == 2
    assert own.lost is None
    for row in ours.run_folder.rows().every:
        assert (row.status, row.reason) == ("ok", None)
        assert row.flags.split()[0] == "counters_reset"
        assert row.fault_ms is not None
        assert row.mended_ms is not None
        assert row.mended_ms - row.fault_ms >= 400
        assert (row.unavailable_ms or 0) >= 200
        assert (row.failed_after_fault or 0) >= 2
        assert row.first_success_ms is not None
        assert (row.acknowledged_lost, row.commits) == (0, None)
        assert (row.connection_lost or 0) + (row.connection_refused or 0) > 0
    of_one = [slot for slot in slots(ours) if slot["cell"].startswith("asyncpg")]
    assert len(of_one) == 19
    assert "" in {slot["connections"] for slot in of_one}, "it is not asked while it is down"
    before = [slot for slot in of_one if int(slot["start_ms"]) < 400]
    assert "2" in {slot["connections"] for slot in before}
    assert "2" in {slot["pool_size"] for slot in before}


def test_a_frozen_server_is_not_taken_for_lost_and_goes_on(
    ours: Context, own: EmbeddedServer
) -> None:
    (row,) = measure(ours, {"kind": "frozen", "lasts": "400ms"}, "psycopg3")
    assert (row.status, row.reason) == ("ok", None)
    assert own.lost is None
    assert (row.unavailable_ms or 0) >= 200
    assert (row.failed_after_fault, row.broken_handed_out) == (0, 0)
    assert not stands_still(own)


@pytest.mark.parametrize("kind", ["down", "frozen", "silent"])
def test_an_interrupted_fault_leaves_no_server_stopped_or_frozen_and_no_network(
    kind: str, ours: Context, own: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = PlannedDisturbance.watch

    def interrupted(planned: PlannedDisturbance) -> float:
        due = watch(planned)
        if planned.moments:
            raise Interrupted(2)
        return due

    monkeypatch.setattr(PlannedDisturbance, "watch", interrupted)
    with pytest.raises(Interrupted):
        measure(ours, {"kind": kind, "lasts": "20s"}, "psycopg3")
    assert answers(own)
    assert not stands_still(own)
    assert children("runner.server.network.process") == []


def test_a_fault_that_finds_nothing_to_break_fails_its_row_alone(
    ours: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kill, "ATTEMPTS", 2)
    (row,) = measure(ours, {"kind": "kill_in_transaction"}, "psycopg3")
    assert row.status == "failed"
    assert text(row.reason) == (
        "its fault could not be done: no connection of the cell was idle in transaction or "
        "idle in transaction (aborted)"
    )
    assert ours.server.lost is None


def test_the_connections_that_were_ended_are_counted_where_the_pool_hands_them_out(
    ours: Context,
) -> None:
    (row,) = measure(ours, {"kind": "kill_idle"}, "psycopg2-queued")
    assert (row.status, row.reason) == ("ok", None)
    assert (row.connection_lost or 0) > 0
    assert (row.broken_handed_out or 0) <= (row.connection_lost or 0), "some were out already"


def test_sessions_wait_for_the_disk_where_the_fault_stops_their_server(
    ours: Context, own: EmbeddedServer
) -> None:
    stopping, standing = (
        group(ours, [], matrix={"adapter": ["psycopg3"], "fault": fault})._subjects[0]
        for fault in ({"kind": "restart"}, {"kind": "frozen", "lasts": "1s"})
    )
    own.prepare([stopping.key])
    for subject, word in ((stopping, "on"), (standing, "off")):
        with psycopg.connect(subject.dsn(own, "a cell")) as connection:
            assert connection.execute("SHOW synchronous_commit").fetchone() == (word,)


@pytest.mark.parametrize("kind", ["silent", "reset"])
def test_a_network_that_breaks_is_mended_and_gone_after_the_cell(
    kind: str, ours: Context, own: EmbeddedServer
) -> None:
    (row,) = measure(ours, {"kind": kind, "lasts": "400ms"}, "asyncpg")
    assert (row.status, row.reason) == ("ok", None)
    assert (row.unavailable_ms or 0) >= 200
    assert row.first_success_ms is not None
    assert bool(row.failed_after_fault) == (kind == "reset")
    assert own.lost is None
    assert children("runner.server.network.process") == []
