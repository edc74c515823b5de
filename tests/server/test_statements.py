"""The runner's SQL asks for what its name says, on the real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.server import statements
from runner.server.connection import connect
from runner.server.statements import Activity
from tests.asking import empty_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.server.connection import Connection
    from runner.server.embedded import EmbeddedServer


@pytest.fixture
def superuser(server: EmbeddedServer) -> Iterator[Connection]:
    with connect(server._uri("postgres", "postgres")) as connection:
        yield connection


def test_a_server_is_described_with_the_settings_that_were_asked_for(
    superuser: Connection,
) -> None:
    described = statements.describe(
        superuser, "external", "postgresql://u:sekret@h/d", "work_mem", "nosuch", "fsync"
    )
    assert (described["kind"], described["dsn"]) == ("external", "postgresql://u@h/d")
    assert str(described["version"]).startswith("18.")
    assert isinstance(described["settings"], dict)
    assert set(described["settings"]) == {*statements.DESCRIBED, "work_mem", "nosuch"}
    assert described["settings"]["fsync"] == "off"
    assert described["settings"]["nosuch"] is None


def test_a_lock_is_taken_once_and_free_when_its_connection_has_gone(
    server: EmbeddedServer, superuser: Connection
) -> None:
    with connect(server._uri("postgres", "postgres")) as first:
        assert statements.locked(first, 1234, 0.0)
        assert not statements.locked(superuser, 1234, 0.0)
        assert statements.locked(superuser, 1235, 0.0), "it is another lock"
    assert statements.locked(superuser, 1234, 20.0)


def test_the_sessions_of_one_database_are_ended_and_no_other(
    server: EmbeddedServer, superuser: Connection
) -> None:
    with (
        empty_database(server) as dsn,
        empty_database(server) as another,
        psycopg.connect(dsn) as ended,
        psycopg.connect(another) as kept,
    ):
        statements.end_sessions(superuser, str(ended.info.dbname))
        with pytest.raises(psycopg.OperationalError):
            ended.execute("SELECT 1")
        assert kept.execute("SELECT 1").fetchone() == (1,)


def test_connections_are_counted_by_name_or_by_database(
    server: EmbeddedServer, superuser: Connection
) -> None:
    with (
        empty_database(server) as dsn,
        psycopg.connect(dsn, application_name="counted") as first,
        psycopg.connect(dsn, application_name="uncounted"),
        psycopg.connect(server._uri("postgres", "postgres", "counted")),
    ):
        assert statements.connections(superuser, "counted", None) == 2
        assert statements.connections(superuser, "counted", first.info.dbname) == 2
        assert statements.connections(superuser, "uncounted", None) == 1


def test_the_activity_of_a_database_is_the_difference_of_two_readings(
    server: EmbeddedServer, superuser: Connection
) -> None:
    with empty_database(server) as dsn:
        database = str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])
        psycopg.connect(dsn, application_name="active").close()
        assert statements.disconnected(superuser, "active", 20.0)
        before = statements.activity(superuser, database)
        assert before.sessions == 1
        with psycopg.connect(dsn, autocommit=True, application_name="active") as connection:
            for _ in range(3):
                connection.execute("SELECT 1")
        assert statements.disconnected(superuser, "active", 20.0)
        since = statements.activity(superuser, database).since(before)
    assert since.sessions == 1
    assert since.commits >= 3
    assert statements.activity(superuser, "no such database") == Activity(0, 0)


def test_as_many_exchanges_are_timed_as_were_asked_for(superuser: Connection) -> None:
    times = statements.round_trips(superuser, 5)
    assert len(times) == 5
    assert min(times) > 0
