"""One DSN means the same to every driver, and its password is not shown."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from typing import TYPE_CHECKING, Any

import asyncpg
import psycopg2
import psycopg2.extensions
import pytest
from psycopg import conninfo, sql

from runner.server.dsn import ServerError, shown_name, uri, without_password
from tests.asking import ask, by_asyncpg, empty_database

if TYPE_CHECKING:
    from runner.server.embedded import EmbeddedServer

NASTY = "p@s:s/w%41 '\\\"ü€+&?#[]=,"


@pytest.mark.parametrize("form", ["words", "uri"])
def test_every_driver_logs_in_with_the_same_uri(server: EmbeddedServer, form: str) -> None:
    """User, password and database may hold any character."""
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


AS_PEOPLE_HAVE_IT = {
    "postgresql+asyncpg://u:p@h/d": "postgresql://u:p@h/d",
    "postgres+psycopg2://u:p@h:7/d": "postgresql://u:p@h:7/d",
    "postgres://u:p@h/d\n": "postgresql://u:p@h/d",
    " postgresql://u:p@h/d \r\n": "postgresql://u:p@h/d",
    "host=h password='p '\n": "postgresql://:p%20@h",
    "postgresql://h/d?ssl=true": "postgresql://h/d?sslmode=require",
}


@pytest.mark.parametrize("dsn", AS_PEOPLE_HAVE_IT)
def test_a_dsn_is_read_as_people_have_it(dsn: str) -> None:
    assert uri(dsn) == AS_PEOPLE_HAVE_IT[dsn]


REFUSED = {
    "jdbc:postgresql://h/d?user=u&password=hunter2": "the DSN begins with jdbc:, which is Java's; ",
    "'postgresql://u:hunter2@h/d'": "the DSN is in quotes that are part of it; leave them out",
    '"host=h password=hunter2"': "the DSN is in quotes that are part of it; leave them out",
    "db.example.org:5432/d": "the DSN is a host alone; write postgresql://",
    "postgresql://u:hunter2@h/d?ssl=require": "the DSN sets ssl: write sslmode=require, or ",
    "postgresql://u:hunter2@h/d?schema=public": "the DSN sets schema: leave it out: the table",
    "postgresql://u:hunter2@h/d?pgbouncer=true": "the DSN sets pgbouncer: leave it out: options",
    "host=h database=d": "the DSN sets database: write dbname",
    "host=h client_encoding=utf8": "the DSN sets client_encoding: leave it out: every driver",
    "host=h hostaddr=::1": "the DSN sets hostaddr: write the address as host",
    "host=h keepalives_idle=3": "the DSN sets keepalives_idle, which not every driver understands",
    "host=h sslrootcert=system": "the DSN sets sslrootcert=system, which not every driver",
    "postgresql://u:hunter2/x@h/d": "the DSN has a port that is no number from 1 to 65535; inside",
    "host=h port=65536": "the DSN has a port that is no number from 1 to 65535",
    "host=a,,b": "the DSN has an empty host among others",
    "host=/tmp,b": "the DSN has folders of sockets and other hosts; name one kind",
    "host='a b'": "the DSN has a host that is no name, no address and no folder",
    "host=a:b": "the DSN has a host that is no name, no address and no folder",
    "host=h password=hunter2\0": "the DSN holds a NUL character",
    "host=h password=hunter2\ud800": "the DSN holds characters that are no UTF-8 text",
    "postgresql://u:hunter2%ff@h": "the DSN holds characters that are no UTF-8 text",
}


@pytest.mark.parametrize("dsn", REFUSED)
def test_a_dsn_that_drivers_read_differently_gets_one_sentence_with_the_part(dsn: str) -> None:
    with pytest.raises(ServerError) as refused:
        uri(dsn)
    assert str(refused.value).startswith(REFUSED[dsn])
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))


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
        uri(dsn)
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))


def test_a_password_is_not_shown() -> None:
    assert without_password("host=h user=u password=secret sslpassword=other") == (
        "postgresql://u@h"
    )


def test_an_application_name_is_cut_as_postgresql_cuts_it(dsn: str) -> None:
    name = f"run ü {'x' * 100}"
    [(kept,)] = ask(uri(dsn, application_name=shown_name(name)), "SHOW application_name")
    assert kept == shown_name(name)
    assert len(kept) == 63
