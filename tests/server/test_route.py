"""A route leads to the server, or says why it cannot; what a driver says on it is counted."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.server.dsn import ServerError, uri
from runner.server.route import Counting, Direct, Route, address
from tests.asking import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.server.embedded import EmbeddedServer
    from runner.server.relay import Relay


@pytest.mark.parametrize("route", [Direct(), Counting()])
def test_a_transparent_route_keeps_the_name_of_its_client(
    server: EmbeddedServer, route: Route
) -> None:
    with route.dsn(server._uri("client", "seeded", "a client")) as near:
        assert route.transparent
        names = ask(
            near, "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        )
    assert names == [("a client",)]


def test_nothing_is_between_where_the_route_is_direct() -> None:
    with Direct().dsn("postgresql://h/d") as near:
        assert near == "postgresql://h/d"


def test_a_counted_route_is_closed_behind_its_client(server: EmbeddedServer) -> None:
    with Counting().dsn(server._uri("client", "seeded")) as near:
        assert ask(near, "SELECT 1") == [(1,)]
    with pytest.raises(psycopg.OperationalError):
        ask(near, "SELECT 1")


@pytest.mark.parametrize(
    ("dsn", "words"),
    [
        ("host=a,b dbname=d", "several hosts"),
        ("postgresql://u:hunter2@a:1,b:2/d", "several hosts"),
        ("host=/var/run/postgresql dbname=d password=hunter2", "Unix socket"),
        ("dbname=d password=hunter2", "Unix socket"),
        ("postgresql://u:hunter2@h/d?sslmode=verify-full", "sslmode=verify-full encrypts"),
    ],
)
def test_a_server_that_no_relay_leads_to_is_not_counted(dsn: str, words: str) -> None:
    with pytest.raises(ServerError, match=words) as refused, Counting().dsn(dsn):
        pass
    assert "hunter2" not in str(refused.value)


def test_the_address_is_that_of_the_dsn_whatever_the_shell_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"PGHOST": "x", "PGPORT": "7", "PGSSLMODE": "require"}.items():
        monkeypatch.setenv(name, value)
    assert address("postgresql://u@[::1]/d") == ("::1", 5432)
    assert address("host=h port=8") == ("h", 8)


@contextmanager
def overheard(server: EmbeddedServer, sslmode: str = "disable") -> Iterator[tuple[Relay, str]]:
    route = Counting()
    with route.dsn(server._uri("client", "seeded")) as near:
        yield route.relay, uri(near, sslmode=sslmode)


def test_a_query_to_postgresql_is_one_exchange(server: EmbeddedServer) -> None:
    with overheard(server) as (relay, dsn):
        with closing(psycopg.connect(dsn, autocommit=True)) as connection:
            connecting = relay.rest()
            assert connecting == relay.connecting()
            for _ in range(3):
                connection.execute("SELECT 1")
            asked = relay.rest() - connecting
        ended = relay.rest() - connecting - asked
        psycopg.connect(dsn).close()
        both = relay.rest()
    assert (connecting.connections, connecting.ready_for_query, connecting.unreadable) == (1, 1, 0)
    assert (asked.exchanges, asked.ready_for_query, asked.received["D"]) == (3, 3, 3)
    assert asked.connections == 0
    assert (ended.sent, ended.exchanges) == ({"X": 1}, 0)
    assert (both.connections, both.ready_for_query) == (2, 5)


def test_a_driver_that_would_encrypt_is_understood_where_the_server_does_not(
    server: EmbeddedServer,
) -> None:
    with overheard(server, "prefer") as (relay, dsn):
        psycopg.connect(dsn).close()
        found = relay.rest()
    assert (found.sent["SSLRequest"], found.received["plain"]) == (1, 1)
    assert (found.ready_for_query, found.unreadable) == (1, 0)
