"""Whatever a DSN and the shell hold, every driver reads the same from it, or it is refused."""

from __future__ import annotations

import contextlib
import os
import traceback
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import quote

import asyncpg
import psycopg2.extensions
from hypothesis import given
from hypothesis import strategies as st
from psycopg import conninfo

from runner.config.complaints import ConfigError
from runner.config.loading import typed_server
from runner.redaction import REDACTOR
from runner.server.dsn import ServerError, without_password
from runner.server.shell import resolve, set_aside, variables
from tests.fuzzing import tries

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "hunter2"

texts = st.text(st.characters(codec="utf-8"), max_size=6)
wild = st.text(max_size=6)
schemes = st.sampled_from(
    ["postgresql://", "postgres://", "postgresql+asyncpg://", "postgresql+psycopg://",
     "jdbc:postgresql://", "POSTGRESQL://", "mysql://", "postgresql:/", "", "'postgresql://"]
)  # fmt: skip
hosts = st.sampled_from(
    ["h", "127.0.0.1", "[::1]", "::1", "fe80::1%eth0", "", "/run", "@x", "a b", "%2Ftmp", "h%zz"]
) | wild  # fmt: skip
ports = st.sampled_from(["", "5432", "0", "65536", "x", "1,2"]) | wild
words = st.sampled_from(
    ["host", "port", "user", "dbname", "password", "sslmode", "ssl", "schema", "pgbouncer",
     "service", "client_encoding", "keepalives", "options", "application_name", "hostaddr",
     "connect_timeout", "passfile", "target_session_attrs", "sslrootcert", "load_balance_hosts"]
) | wild  # fmt: skip
values = st.one_of(
    texts,
    wild,
    st.sampled_from(["require", "prefer", "true", "system", "mine", "none", "%ff", "5432", "h,i"]),
    texts.map(lambda text: quote(text, safe="")),
)


def quoted(text: str) -> str:
    backslash = chr(92)
    return "'" + text.replace(backslash, backslash * 2).replace("'", backslash + "'") + "'"


pairs = st.lists(st.tuples(words, values), max_size=3)
uris = st.builds(
    lambda scheme, user, host, port, database, query, end: (
        f"{scheme}{user}:{SECRET}@{host}:{port}/{database}"
        f"{'?' if query else ''}{'&'.join('='.join(pair) for pair in query)}{end}"
    ),
    schemes, values, hosts, ports, values, pairs, st.sampled_from(["", "\n", "\r\n", " ", "'"]),
)  # fmt: skip
sentences = st.builds(
    lambda pairs, end: " ".join(f"{word}={quoted(value)}" for word, value in pairs)
    + f" password={SECRET}{end}",
    pairs, st.sampled_from(["", "\n", " ", "'"]),
)  # fmt: skip
dsns = uris | sentences | wild
shells = st.dictionaries(
    st.sampled_from(sorted(variables())),
    values.filter(lambda text: "\0" not in text).map(
        lambda text: text.encode("utf-8", "ignore").decode()
    ),
    max_size=2,
)


def addresses_for_asyncpg(dsn: str) -> tuple[Any, Any]:
    names = (
        "host port user password passfile database ssl service servicefile direct_tls "
        "server_settings target_session_attrs krbsrvname gsslib"
    )
    parse: Any = vars(asyncpg.connect_utils)["_parse_connect_dsn_and_args"]
    result: tuple[Any, Any] = parse(dsn=dsn, **dict.fromkeys(names.split()))
    return result


def resolved_or_refused(dsn: str) -> str | ServerError:
    try:
        return resolve(dsn).dsn
    except ServerError as refused:
        return refused


def test_any_dsn_means_the_same_to_every_driver_or_is_refused_without_its_words(
    tmp_path: Path,
) -> None:
    (tmp_path / "services").write_text("[mine]\nhost=h\nkeepalives=1\n[good]\nuser=u\n")
    files = {"PGSERVICEFILE": str(tmp_path / "services"), "PGPASSFILE": str(tmp_path / "none")}

    @tries(200)
    @given(dsns, shells)
    def test(dsn: str, shell: dict[str, str]) -> None:
        with mock.patch.dict(os.environ, {**files, **shell}):
            resolved = resolved_or_refused(dsn)
            if isinstance(resolved, ServerError):
                assert "\n" not in str(resolved)
                assert SECRET not in "".join(traceback.format_exception(resolved))
                return
            assert resolve(resolved).dsn == resolved, "the shell has nothing to add any more"
        with set_aside():
            agree(resolved)

    test()


def agree(dsn: str) -> None:
    ours = conninfo.conninfo_to_dict(dsn)
    assert psycopg2.extensions.parse_dsn(dsn) == {name: str(it) for name, it in ours.items()}
    assert SECRET not in without_password(dsn) or SECRET not in str(ours.get("password"))
    if any(name.startswith("ssl") for name in ours):
        return  # asyncpg would open the files
    addresses, settings = addresses_for_asyncpg(dsn)
    hosts = str(ours["host"]).split(",")
    ports = str(ours.get("port", 5432)).split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    assert addresses == [
        f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, int(port or 5432))
        for host, port in zip(hosts, ports, strict=True)
    ]
    assert settings.user == ours["user"]
    assert settings.database == ours["dbname"]
    assert settings.password == ours.get("password")


def test_any_typed_server_is_read_or_refused_in_sentences() -> None:
    @tries(100)
    @given(dsns)
    def test(dsn: str) -> None:
        REDACTOR.forget()  # the secrets of other tries, as a command of its own would
        with contextlib.suppress(ConfigError):
            assert typed_server(dsn, "--server", {}).expanded({})

    test()
