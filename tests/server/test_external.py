"""A server that is somebody else's, and the DSN that leads to it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import re
import time
import traceback
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import asyncpg
import psycopg
import psycopg2
import psycopg2.extensions
import pytest
from psycopg import conninfo, sql

import runner.server.external
from runner.redaction import masked
from runner.server.dsn import shown_name
from runner.server.external import ExternalServer, ServerError, uri, without_password
from runner.server.statements import COMMENT
from runner.workloads import SEEDED_ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.server.embedded import EmbeddedServer

NASTY = "p@s:s/w%41 '\\\"ü€+&?#[]=,"
NUMBERS = itertools.count(1)


@contextlib.contextmanager
def empty_database(server: EmbeddedServer, name: str = "", owner: str = "client") -> Iterator[str]:
    """Yield the DSN of a database in which there is nothing of ours yet."""
    name = name or f"elsewhere{next(NUMBERS)}"
    database = sql.Identifier(name)
    with server._asking() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(database, sql.Identifier(owner))
        )
    try:
        yield uri(server._uri("client", "postgres", "elsewhere"), dbname=name)
    finally:
        with server._asking() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


@pytest.fixture
def elsewhere(server: EmbeddedServer) -> Iterator[str]:
    with empty_database(server) as dsn:
        yield dsn


def ask(dsn: str, query: Any, *args: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(query, args)
        return cursor.fetchall() if cursor.description else []


def schemas(dsn: str) -> set[str]:
    return {name for (name,) in ask(dsn, "SELECT nspname FROM pg_namespace")}


# The DSN


@pytest.mark.parametrize("form", ["words", "uri"])
def test_every_driver_logs_in_with_the_same_uri(server: EmbeddedServer, form: str) -> None:
    """Whatever stands in user, password and database."""
    name = f"{form} {NASTY}".replace(",", "")  # asyncpg's SCRAM cannot send a user with a comma
    with server._asking() as connection:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), name)
        )
    with empty_database(server, name, owner=name) as dsn:
        address = conninfo.conninfo_to_dict(dsn)
        words = conninfo.make_conninfo(
            host=address["host"], port=address["port"], user=name, password=name, dbname=name
        )
        written = uri(words if form == "words" else uri(words), application_name=NASTY)

        query = "SELECT current_user || '|' || current_database()"
        with contextlib.closing(psycopg2.connect(written)) as old, old.cursor() as cursor:
            cursor.execute(query)
            answers = [cursor.fetchone()]
        answers += ask(written, query)
        answers.append(asyncio.run(by_asyncpg(written, query)))
        assert [tuple(answer or ()) for answer in answers] == [(f"{name}|{name}",)] * 3


async def by_asyncpg(dsn: str, query: str) -> Any:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchrow(query)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("dsn", "hosts", "ports"),
    [
        ("host=::1 port=5433 dbname=d user=u", ["::1"], ["5433"]),
        ("host=fe80::1%eth0 port=5433 dbname=d user=u", ["fe80::1%eth0"], ["5433"]),
        ("host=a,b port=1,2 dbname=d user=u", ["a", "b"], ["1", "2"]),
        ("host=a,b port=7 dbname=d user=u", ["a", "b"], ["7", "7"]),
        ("host='/var/run/a b' port=5433 dbname=d user=u", ["/var/run/a b"], ["5433"]),
        ("host=/x,/y port=1,2 dbname=d user=u password=p", ["/x", "/y"], ["1", "2"]),
        ("postgres://u:p@h:1,i:2/d", ["h", "i"], ["1", "2"]),
        ("postgresql:///d?host=/x&port=5433&user=u", ["/x"], ["5433"]),
    ],
)
def test_hosts_mean_the_same_to_every_driver(dsn: str, hosts: list[str], ports: list[str]) -> None:
    written = uri(dsn)
    for words in (conninfo.conninfo_to_dict(written), psycopg2.extensions.parse_dsn(written)):
        assert (words["dbname"], words["user"]) == ("d", "u")
        assert (words["host"], words["port"]) == (",".join(hosts), ",".join(ports))
    places = [
        f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, int(port))
        for host, port in zip(hosts, ports, strict=True)
    ]
    assert addresses_for_asyncpg(written) == places


def addresses_for_asyncpg(dsn: str) -> Any:
    names = (
        "host port user password passfile database ssl service servicefile direct_tls "
        "server_settings target_session_attrs krbsrvname gsslib"
    )
    parse: Any = vars(asyncpg.connect_utils)["_parse_connect_dsn_and_args"]
    addresses, _ = parse(dsn=dsn, **dict.fromkeys(names.split()))
    return addresses


def test_an_ipv6_address_stands_in_brackets() -> None:
    assert uri("host=::1 port=5433 user=u") == "postgresql://u@[::1]:5433"


def test_a_word_that_not_every_driver_understands_is_refused() -> None:
    with pytest.raises(ServerError, match="sets channel_binding, keepalives, which not every"):
        uri("host=h keepalives=1 channel_binding=require")


def test_connect_timeout_is_left_to_the_adapters() -> None:
    assert uri("postgresql://h/d?connect_timeout=3&sslmode=disable") == (
        "postgresql://h/d?sslmode=disable"
    )


@pytest.mark.parametrize(
    "dsn",
    ["hunter2", "password=hunter2 x", "postgresql:/u:hunter2@h/d", "postgresql://u:pw@hunter2@h/d",
     "host=h hunter2=1", "postgresql://u@h/d?hunter2=1", "host=a,b,c port=1,2 password=hunter2"],
)  # fmt: skip
def test_a_dsn_that_cannot_be_read_is_not_repeated(dsn: str) -> None:
    with pytest.raises(ServerError) as refused:
        ExternalServer(dsn)
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))


def test_a_password_is_not_shown() -> None:
    assert without_password("host=h user=u password=secret sslpassword=other") == (
        "postgresql://u@h"
    )


@pytest.mark.parametrize(
    "quoted",
    [str, repr, json.dumps, quote, quote_plus, lambda secret: conninfo.make_conninfo(user=secret)],
)
def test_a_secret_is_masked_in_every_quoting(quoted: Callable[[str], str]) -> None:
    text = masked(f"before {quoted(NASTY)} after", ["", "w%41", NASTY])
    assert re.fullmatch("before (user=)?['\"]?\\*\\*\\*['\"]? after", text)


def test_an_application_name_is_cut_as_postgresql_cuts_it(dsn: str) -> None:
    name = f"run ü {'x' * 100}"
    [(kept,)] = ask(uri(dsn, application_name=shown_name(name)), "SHOW application_name")
    assert kept == shown_name(name)
    assert len(kept) == 63


# The server


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
                counted = [external.rows(key).count for key in ("a", "ab", "b")]
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
        assert external.rows("a").count == 0


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


def test_a_table_that_a_cell_still_holds_does_not_hang_the_run(elsewhere: str) -> None:
    with ExternalServer(elsewhere) as external:
        assert external._control.execute("SHOW lock_timeout").fetchone() == ("10s",)
        external._control.execute("SET lock_timeout = '50ms'")
        with (
            psycopg.connect(elsewhere) as cell,
            cell.execute("SELECT FROM poolbench.pedido"),
            pytest.raises(ServerError, match="lock timeout"),
        ):
            external.prepare(["a"])
