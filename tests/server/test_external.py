"""A server of the user's is left as it was, however a run on it ends."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import conninfo, sql

import runner.server.external
from runner.server.dsn import ServerError, uri, without_password
from runner.server.external import ExternalServer
from runner.server.schema import COMMENT
from runner.workloads import SEEDED_ROWS
from tests.asking import ask, empty_database, table_rows

if TYPE_CHECKING:
    from runner.server.embedded import EmbeddedServer

NUMBERS = itertools.count(1)


def schemas(dsn: str) -> set[str]:
    return {name for (name,) in ask(dsn, "SELECT nspname FROM pg_namespace")}


@pytest.mark.parametrize("version", ["server", "older"])
def test_a_group_finds_seeded_rows_and_a_run_leaves_nothing(
    request: pytest.FixtureRequest, version: str
) -> None:
    with empty_database(request.getfixturevalue(version)) as elsewhere:
        before = schemas(elsewhere)
        with ExternalServer(elsewhere) as external:
            for _ in range(2):
                external.prepare(["a", "ab"])
                dsn = external.dsn("a", "a cell")
                [(rows, first, last)] = ask(
                    dsn, "SELECT count(*), min(id), max(id) FROM poolbench.pedido"
                )
                assert (rows, first, last) == (SEEDED_ROWS, 1, SEEDED_ROWS)
                [(new,)] = ask(
                    dsn,
                    "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
                    "VALUES ('a-1', '', '2024-01-01'), ('ab-1', '', '2024-01-01'), "
                    "('a-2', '', '2024-01-01') RETURNING id",
                )[:1]
                assert new == SEEDED_ROWS + 1
                counted = [table_rows(external, key) for key in ("a", "ab", "b")]
                assert counted == [2, 1, 0]
                external.discard(["a", "ab"])
            assert schemas(elsewhere) - before == {"poolbench"}
        assert schemas(elsewhere) == before


def test_a_server_is_described_without_its_password(elsewhere: str) -> None:
    with ExternalServer(elsewhere) as external:
        described = external.describe()
        (secret,) = external.secrets
    assert described["kind"] == "external"
    assert str(described["version"]).split(".")[0] == "18"
    assert isinstance(described["settings"], dict)
    assert described["settings"]["max_connections"] == "200"
    assert secret in elsewhere
    assert secret not in str(described)


def test_a_database_without_an_encoding_is_understood(
    server: EmbeddedServer, elsewhere: str
) -> None:
    name = f"ascii{next(NUMBERS)}"
    create = "CREATE DATABASE {} OWNER client TEMPLATE template0 ENCODING 'SQL_ASCII'"
    with server._asking() as connection:
        connection.execute(sql.SQL(create).format(sql.Identifier(name)))
    with ExternalServer(uri(elsewhere, dbname=name)) as external:
        settings = external.describe()["settings"]
    assert isinstance(settings, dict)
    assert settings["fsync"] == "off"


def test_a_password_from_the_environment_is_a_secret_too(
    elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", str(conninfo.conninfo_to_dict(elsewhere)["password"]))
    with ExternalServer(without_password(elsewhere)) as external:
        assert external.secrets == (conninfo.conninfo_to_dict(elsewhere)["password"],)


def test_a_schema_of_somebody_else_is_refused_and_left_alone(elsewhere: str) -> None:
    ask(elsewhere, "CREATE SCHEMA poolbench")
    ask(elsewhere, "CREATE TABLE poolbench.pedido (theirs int)")
    with pytest.raises(ServerError, match="schema poolbench that is not PoolBench's"):
        ExternalServer(elsewhere).__enter__()
    assert ask(elsewhere, "SELECT theirs FROM poolbench.pedido") == []


def test_a_schema_that_a_killed_run_left_is_made_anew(elsewhere: str) -> None:
    ask(elsewhere, "CREATE SCHEMA poolbench")
    ask(elsewhere, sql.SQL("COMMENT ON SCHEMA poolbench IS {}").format(COMMENT))
    ask(elsewhere, "CREATE TABLE poolbench.pedido (left_behind int)")
    with ExternalServer(elsewhere) as external:
        external.prepare(["a"])
        assert table_rows(external, "a") == 0


def test_a_schema_that_is_kept_says_whose_it_is(elsewhere: str) -> None:
    with ExternalServer(elsewhere, keep=True) as external:
        external.prepare(["a"])
    [(comment,)] = ask(elsewhere, "SELECT obj_description('poolbench'::regnamespace)")
    assert "PoolBench" in comment
    assert "may be dropped" in comment
    assert ask(elsewhere, "SELECT count(*) FROM poolbench.pedido") == [(SEEDED_ROWS,)]


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_the_schema_is_dropped_when_a_run_breaks_off(
    elsewhere: str, error: type[BaseException]
) -> None:
    def break_off() -> None:
        assert "poolbench" in schemas(elsewhere)
        raise error

    with pytest.raises(error), ExternalServer(elsewhere):
        break_off()
    assert "poolbench" not in schemas(elsewhere)


def test_the_schema_is_dropped_after_the_server_has_closed_every_connection(elsewhere: str) -> None:
    with ExternalServer(elsewhere):
        ask(
            elsewhere,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
    assert "poolbench" not in schemas(elsewhere)


def test_what_others_built_upon_the_table_is_not_dropped(elsewhere: str) -> None:
    with (
        pytest.raises(ServerError, match="view theirs depends on table"),
        ExternalServer(elsewhere),
    ):
        ask(elsewhere, "CREATE VIEW public.theirs AS SELECT id FROM poolbench.pedido")
    assert ask(elsewhere, "SELECT id FROM public.theirs") == []


def test_a_second_run_is_kept_off_the_database(server: EmbeddedServer, elsewhere: str) -> None:
    with ExternalServer(elsewhere) as first:
        first.prepare(["a"])
        with pytest.raises(ServerError, match="another run of PoolBench is using postgresql://"):
            ExternalServer(elsewhere).__enter__()
        assert ask(elsewhere, "SELECT count(*) FROM poolbench.pedido") == [(SEEDED_ROWS,)]
        with empty_database(server) as another, ExternalServer(another):
            assert "poolbench" in schemas(another)
    with ExternalServer(elsewhere):
        assert "poolbench" in schemas(elsewhere)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"password": "hunter2"}, "password authentication failed"),
        ({"port": "1"}, "Connection refused"),
        ({"dbname": "nowhere"}, 'database "nowhere" does not exist'),
    ],
)
def test_no_connection_is_one_sentence_with_the_cause(
    elsewhere: str, change: dict[str, str], cause: str
) -> None:
    with pytest.raises(ServerError, match=cause) as refused:
        ExternalServer(uri(elsewhere, **change)).__enter__()
    message = str(refused.value)
    assert "\n" not in message
    assert "hunter2" not in message
    assert str(conninfo.conninfo_to_dict(elsewhere)["password"]) not in message


def test_a_role_that_may_not_create_a_schema_is_told(server: EmbeddedServer) -> None:
    with (
        empty_database(server, owner="postgres") as dsn,
        pytest.raises(ServerError, match="permission denied for database"),
    ):
        ExternalServer(dsn).__enter__()


def test_an_older_server_is_refused(elsewhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner.server.external, "OLDEST", 19)
    with pytest.raises(ServerError, match="is PostgreSQL 18; 19 or later is needed"):
        ExternalServer(elsewhere).__enter__()
    assert "poolbench" not in schemas(elsewhere)


def test_a_table_that_a_cell_still_holds_does_not_hang_the_run(elsewhere: str) -> None:
    with ExternalServer(elsewhere) as external:
        assert external._kept().execute("SHOW lock_timeout").fetchone() == ("10s",)
        external._kept().execute("SET lock_timeout = '50ms'")
        with (
            psycopg.connect(elsewhere) as cell,
            cell.execute("SELECT FROM poolbench.pedido"),
            pytest.raises(ServerError, match="lock timeout"),
        ):
            external.prepare(["a"])
