"""A server is asked over one connection, is lost in a sentence, and can be left alone."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import conninfo, sql

from runner.server import asked_server, connection, statements
from runner.server.connection import ServerLostError
from runner.server.dsn import ServerError, uri
from runner.server.external import ExternalServer
from runner.server.schema import TableRows
from runner.server.statements import Activity, SessionState
from tests.asking import ask, empty_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.server.embedded import EmbeddedServer


@pytest.mark.parametrize("version", ["server", "older"])
def test_too_few_free_slots_are_told_with_both_numbers(
    request: pytest.FixtureRequest, version: str
) -> None:
    own = request.getfixturevalue(version)
    with empty_database(own) as dsn, ExternalServer(dsn) as external:
        [(limit,)] = ask(dsn, "SELECT current_setting('max_connections')::int - 3")
        free = limit - calm(own)
        external.require(free)
        with pytest.raises(ServerError, match=f"needs {free + 1} .* only {free} free"):
            external.require(free + 1)


def calm(own: EmbeddedServer) -> int:
    """Wait until every connection that was closed before has really gone; count those left.

    Two are: that of the external server, and that of the embedded one on which it lives.
    """
    clients = "SELECT FROM pg_stat_activity WHERE backend_type = 'client backend'"
    deadline = time.monotonic() + 20
    with own._asking() as control:
        while (left := control.execute(clients).rowcount) > 2 and time.monotonic() < deadline:
            time.sleep(0.01)
    return left


@pytest.mark.parametrize("what", ["ROLE", "DATABASE"])
def test_a_connection_limit_of_role_or_database_counts(
    server: EmbeddedServer, elsewhere: str, what: str
) -> None:
    name = "client" if what == "ROLE" else str(conninfo.conninfo_to_dict(elsewhere)["dbname"])
    limit = sql.SQL("ALTER {} {} CONNECTION LIMIT {}")
    with ExternalServer(elsewhere) as external, server._asking() as superuser:
        assert external.disconnected("elsewhere", 20)
        superuser.execute(limit.format(sql.SQL(what), sql.Identifier(name), 7))
        try:
            external.require(6)
            with pytest.raises(ServerError, match=f"{what.lower()} {name} has only 6 free: 7 for"):
                external.require(7)
        finally:
            superuser.execute(limit.format(sql.SQL(what), sql.Identifier(name), -1))


def test_a_run_waits_until_the_connections_of_a_cell_are_gone(
    elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"cell ü {'x' * 100}"
    with ExternalServer(elsewhere) as external, psycopg.connect(external.dsn("a", name)) as cell:
        assert not external.disconnected(name, 0.05)
        assert external.disconnected("another", 0.0)
        monkeypatch.setattr(time, "sleep", lambda _seconds: cell.close())
        assert external.disconnected(name, 20)


# Left alone


def test_a_server_that_is_left_alone_is_asked_nothing(server: EmbeddedServer) -> None:
    server.prepare(["alone"])
    before = server._kept().info.backend_pid
    with server.left_alone():
        assert server.connections("alone", "a cell") is None
        assert server.table_rows("alone") is None
        assert server.evidence("alone", []) is None
        assert server.activity("alone") is None
        assert server.disconnected("a cell", 5.0) is None
        with pytest.raises(RuntimeError, match="left alone"):
            server.prepare(["other"])
    assert server.connections("alone", "a cell") == 0
    assert server._kept().info.backend_pid != before, "it is connected anew"
    assert server.activity("alone") == Activity(0, 0)
    assert server.table_rows("alone") == TableRows(0, 0)
    server.discard(["alone"])


def test_a_connection_that_is_lost_while_a_server_is_left_alone_is_no_loss(
    server: EmbeddedServer,
) -> None:
    with server.left_alone():
        pid = server._control.info.backend_pid if server._control else 0
        ask(server._uri("postgres", "postgres"), "SELECT pg_terminate_backend(%s)", pid)
    assert server.disconnected("no such client", 1.0)


def test_a_server_of_the_users_is_reserved_again_after_it_was_left_alone(elsewhere: str) -> None:
    with ExternalServer(elsewhere) as external:
        external.prepare(["a"])
        with external.left_alone():
            assert external.table_rows("a") is None
        assert external.table_rows("a") == TableRows(0, 0)
        with pytest.raises(ServerError, match="another run of PoolBench"):
            ExternalServer(elsewhere).__enter__()


# Lost


def test_a_backend_that_does_not_answer_is_left_and_another_is_asked(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = server._kept().info.backend_pid
    monkeypatch.setattr(asked_server, "PING_SECONDS", 0.1)
    os.kill(backend, signal.SIGSTOP)
    try:
        assert server.disconnected("no such client", 1.0)
        assert server.lost is None
    finally:
        os.kill(backend, signal.SIGCONT)


@pytest.fixture
def mine(server: EmbeddedServer, elsewhere: str) -> Iterator[ExternalServer]:
    """Give the test a server of a user's that may get lost; the suite's stays as it is."""
    del server
    external = ExternalServer(elsewhere)
    external.__enter__()
    yield external
    external._disconnect()


def test_a_server_that_takes_too_long_is_lost_and_asked_nothing_more(
    mine: ExternalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.1)
    with pytest.raises(ServerLostError, match="no answer within "), mine._asking() as asked:
        asked.execute("SELECT pg_sleep(60)")
    monkeypatch.undo()
    assert mine.lost
    with pytest.raises(ServerLostError, match="no answer within "):
        mine.prepare(["a"])
    with pytest.raises(ServerLostError):
        mine.look()


def test_a_server_that_cannot_be_reached_again_is_lost(
    mine: ExternalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine.look()
    mine._disconnect()
    monkeypatch.setattr(mine, "_dsn", uri(mine._dsn, port="1"))
    with pytest.raises(ServerLostError, match="Connection refused"):
        mine.look()


def test_a_server_that_does_not_come_back_from_a_fault_is_lost(
    mine: ExternalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine.look()
    with mine.left_alone():
        monkeypatch.setattr(mine, "_dsn", uri(mine._dsn, port="1"))
    with pytest.raises(ServerLostError, match="Connection refused"):
        mine.look()
    assert mine.lost


def test_a_server_that_was_restarted_is_lost(
    mine: ExternalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine._disconnect()
    monkeypatch.setattr(statements, "started", lambda _connection: "later")
    with pytest.raises(ServerLostError, match=r"postgresql://.* was restarted meanwhile"):
        mine.look()


def test_a_server_that_refuses_at_first_is_not_lost_but_refused(elsewhere: str) -> None:
    with pytest.raises(ServerError) as refused:
        ExternalServer(uri(elsewhere, port="1")).__enter__()
    assert not isinstance(refused.value, ServerLostError)


def test_what_is_disturbed_may_restart_its_server(server: EmbeddedServer) -> None:
    with server.left_alone():
        server.look()
        server._started = None
    server.look()
    assert server.lost is None


# Idle connections


def test_the_idle_connections_of_a_name_are_ended_and_no_other(server: EmbeddedServer) -> None:
    server.prepare(["idle"])
    with (
        psycopg.connect(server.dsn("idle", "mine"), autocommit=True) as idle,
        psycopg.connect(server.dsn("idle", "mine")) as busy,
        psycopg.connect(server.dsn("idle", "other"), autocommit=True) as other,
    ):
        busy.execute("SELECT 1")  # in a transaction
        assert server.end("mine", [SessionState.IDLE]) == 1
        with pytest.raises(psycopg.OperationalError):
            idle.execute("SELECT 1")
        busy.execute("SELECT 1")
        other.execute("SELECT 1")
    server.discard(["idle"])
