"""A pooler between the runner and PostgreSQL is noticed, and led around."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import conninfo

from runner.server.dsn import ServerError, uri
from runner.server.external import ExternalServer
from runner.server.schema import TableRows
from tests.asking import ask, empty_database
from tests.fakes.pooler import Pooler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.server.embedded import EmbeddedServer


@pytest.fixture
def pooler(server: EmbeddedServer) -> Iterator[Pooler]:
    with Pooler("127.0.0.1", server._postgres.port) as pooler:
        yield pooler


@pytest.fixture
def pooled(elsewhere: str, pooler: Pooler) -> str:
    """Give the DSN of the test's database through the pooler."""
    return uri(elsewhere, port=str(pooler.port))


def test_a_pooler_is_refused_and_nothing_is_left_in_the_session_that_it_hands_on(
    elsewhere: str, pooled: str, pooler: Pooler
) -> None:
    with pytest.raises(ServerError, match=r"server: \{dsn: \.\.\., direct: ") as refused:
        ExternalServer(pooled).__enter__()
    assert "\n" not in str(refused.value)
    assert str(conninfo.conninfo_to_dict(pooled)["password"]) not in str(refused.value)
    assert pooler.left.wait(20)
    with psycopg.connect(pooled, autocommit=True) as next_one:
        assert pooler.sessions == 1, "it has the session that the runner had"
        locks = next_one.execute(
            "SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        assert locks.rowcount == 0
        changed = next_one.execute(
            "SELECT name FROM pg_settings WHERE source = 'session' AND name LIKE '%timeout'"
        )
        assert changed.fetchall() == []
    assert ask(elsewhere, "SELECT FROM pg_namespace WHERE nspname = 'poolbench'") == []


def test_the_runner_goes_around_a_pooler_and_its_clients_through_it(
    elsewhere: str, pooled: str, pooler: Pooler
) -> None:
    with ExternalServer(pooled, direct=elsewhere) as external:
        assert not external.transparent
        external.prepare(["a"])
        external.require(10_000)  # finding slots for its clients is the pooler's work
        with psycopg.connect(external.dsn("a", "a cell"), autocommit=True) as client:
            told = client.info.backend_pid
            assert client.execute("SELECT pg_backend_pid()").fetchone() != (told,)
            client.execute(
                "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
                "VALUES ('a-1', '', '2024-01-01')"
            )
        assert external.connections("a", "a cell") is None
        assert external.disconnected("a cell", 0.0) is None, "the pooler keeps its session"
        rows = external.table_rows("a")
        assert isinstance(rows, TableRows)
        assert rows.count == 1
        described = external.describe()
        assert described["pooled"] is True
        assert str(pooler.port) in str(described["dsn"])
        assert str(pooler.port) not in str(described["direct"])


def test_a_direct_dsn_beside_one_that_is_direct_too_changes_nothing(elsewhere: str) -> None:
    with ExternalServer(elsewhere, direct=elsewhere) as external:
        assert external.transparent
        assert external.connections("a", "no such client") == 0


def test_a_direct_dsn_that_leads_elsewhere_is_refused(
    server: EmbeddedServer, elsewhere: str, pooled: str
) -> None:
    with (
        empty_database(server) as another,
        pytest.raises(ServerError, match="dsn and direct lead to different databases"),
    ):
        ExternalServer(pooled, direct=another).__enter__()
    assert ask(elsewhere, "SELECT FROM pg_namespace WHERE nspname = 'poolbench'") == []
