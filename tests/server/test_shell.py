"""What the shell says holds for every driver alike, or for none."""

from __future__ import annotations

import asyncio
import contextlib
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

import psycopg2
import pytest
from psycopg import conninfo

from runner.server.connection import connect
from runner.server.dsn import ServerError, without_password
from runner.server.external import ExternalServer
from runner.server.shell import resolve, set_aside, variables
from tests.asking import ask, by_asyncpg

if TYPE_CHECKING:
    from pathlib import Path

    from runner.server.embedded import EmbeddedServer


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Begin with a shell that says nothing."""
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "passwords"))
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    return monkeypatch


def words(dsn: str) -> dict[str, str]:
    return {word: str(value) for word, value in conninfo.conninfo_to_dict(resolve(dsn).dsn).items()}


def password_file(folder: Path, *lines: str) -> None:
    path = folder / "passwords"
    path.touch(mode=0o600)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def test_variables_complete_a_dsn_and_are_named(shell: pytest.MonkeyPatch) -> None:
    for name, value in {"PGHOST": "h", "PGPORT": "7", "PGUSER": "u", "PGPASSWORD": "p"}.items():
        shell.setenv(name, value)
    resolved = resolve("dbname=d user=own")
    assert resolved.dsn == "postgresql://own:p@h:7/d"
    assert resolved.origins == ("PGHOST", "PGPASSWORD", "PGPORT")


def test_a_dsn_that_leaves_nothing_open_is_not_changed_by_the_shell(
    shell: pytest.MonkeyPatch,
) -> None:
    dsn = "postgresql://u:p@h:7/d?sslmode=disable"
    for name, value in {"PGHOST": "x", "PGPASSWORD": "x", "PGSSLMODE": "require"}.items():
        shell.setenv(name, value)
    assert (resolve(dsn).dsn, resolve(dsn).origins) == (dsn, ())


def test_what_nobody_says_is_what_libpq_would_take() -> None:
    found = words("")
    assert found["host"].startswith("/"), "a folder of sockets, the same for every driver"
    assert found["user"] == found["dbname"]


def test_a_service_completes_a_dsn(shell: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "services").write_text("[mine]\nhost=h\nuser=u\ndbname=d\npassword=p\n")
    assert resolve("service=mine").dsn == "postgresql://u:p@h/d"
    assert resolve("service=mine").origins == ("the service mine",)
    shell.setenv("PGSERVICE", "mine")
    assert resolve("user=own").dsn == "postgresql://own:p@h/d"
    assert resolve("user=own").origins == ("PGSERVICE", "the service mine")


@pytest.mark.parametrize(
    ("dsn", "sentence"),
    [
        ("service=none", 'the DSN cannot be used: definition of service "none" not found'),
        ("service=odd", "the DSN with the service odd sets keepalives, which not every driver"),
        ("host=h sslmode=bogus", 'the DSN cannot be used: invalid sslmode value: "bogus"'),
        ("host=h target_session_attrs=x", "the DSN cannot be used: invalid target_session_attrs"),
    ],
)
def test_what_cannot_be_resolved_is_refused_in_a_sentence(
    dsn: str, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "services").write_text("[odd]\nhost=h\nkeepalives=0\n")
    with pytest.raises(ServerError) as refused:
        resolve(dsn)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PGCHANNELBINDING", "require", "PGCHANNELBINDING sets channel_binding, which not every"),
        ("PGHOSTADDR", "127.0.0.1", "PGHOSTADDR sets hostaddr: write the address as host"),
        ("PGSSLROOTCERT", "system", "PGSSLROOTCERT sets sslrootcert=system, which not every"),
        ("PGGSSLIB", "0", "PGGSSLIB sets gsslib, which not every driver understands"),
        ("PGPORT", "x", "PGPORT has a port that is no number from 1 to 65535"),
        ("PGHOST", "u:p@h", "PGHOST cannot be read: its host holds an @"),
    ],
)
def test_a_variable_that_not_every_driver_understands_is_refused_by_its_name(
    shell: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    shell.setenv(name, value)
    with pytest.raises(ServerError) as refused:
        resolve("user=u sslmode=verify-full" if "SSL" in name else "user=u")
    assert str(refused.value).startswith(f"the DSN with {sentence}")


def test_a_password_is_found_in_the_password_file(tmp_path: Path) -> None:
    password_file(tmp_path, "h:5432:d:u:fr\\:om", "a:*:*:*:one", "b:*:*:*:two")
    resolved = resolve("host=h user=u dbname=d")
    assert resolved.dsn == "postgresql://u:fr%3Aom@h/d"
    assert resolved.origins == (f"the password file {tmp_path / 'passwords'}",)
    assert resolve("host=h user=u dbname=d password=own").origins == ()
    assert "password" not in words("host=h user=another dbname=d")
    assert words("host=a,a user=u")["password"] == "one"
    with pytest.raises(ServerError, match="hosts with different passwords in the password file"):
        resolve("host=a,b user=u")


def test_every_driver_is_led_to_the_same_server_by_what_the_shell_says(
    elsewhere: str, shell: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = conninfo.conninfo_to_dict(elsewhere)
    shell.setenv("PGPORT", str(there["port"]))
    shell.setenv("PGOPTIONS", "-c work_mem=5MB")
    password_file(tmp_path, f"*:*:*:{there['user']}:{there['password']}")
    typed = f"host={there['host']} user={there['user']} dbname={there['dbname']} sslmode=disable"
    with ExternalServer(typed) as external:
        described, dsn = external.describe(), external.dsn("a", "a cell")
        assert external.secrets == (there["password"],)
    assert described["from_the_shell"] == [
        *("PGOPTIONS", "PGPORT", f"the password file {tmp_path / 'passwords'}"),
    ]
    query = "SELECT current_setting('work_mem') || current_database()"
    with set_aside():
        with contextlib.closing(psycopg2.connect(dsn)) as old, old.cursor() as cursor:
            cursor.execute(query)
            answers = [cursor.fetchone()]
        answers += ask(dsn, query)
        answers.append(asyncio.run(by_asyncpg(dsn, query)))
    assert [tuple(answer or ()) for answer in answers] == [(f"5MB{there['dbname']}",)] * 3


def test_nothing_of_the_shell_reaches_the_embedded_server(
    server: EmbeddedServer, shell: pytest.MonkeyPatch
) -> None:
    shell.setenv("PGOPTIONS", "-c statement_timeout=7")
    shell.setenv("PGTZ", "Asia/Tokyo")
    shell.setenv("PGSERVICE", "nowhere")
    before = dict(os.environ)
    with connect(server._uri("postgres", "postgres")) as connection:
        assert connection.execute("SHOW statement_timeout").fetchone() == ("0",)
        assert connection.execute("SHOW timezone").fetchone() != ("Asia/Tokyo",)
    assert dict(os.environ) == before, "the shell's variables are there again"


def test_a_password_of_the_shell_is_not_shown(shell: pytest.MonkeyPatch) -> None:
    shell.setenv("PGPASSWORD", "hunter2")
    assert "hunter2" not in without_password(resolve("host=h").dsn)


def test_variables_are_back_when_the_last_of_several_blocks_ends(shell: pytest.MonkeyPatch) -> None:
    shell.setenv("PGOPTIONS", "-c work_mem=5MB")
    with ExitStack() as first, ExitStack() as second:
        first.enter_context(set_aside())
        second.enter_context(set_aside())  # as another thread does meanwhile
        first.close()
        assert "PGOPTIONS" not in os.environ
        second.close()
        assert os.environ["PGOPTIONS"] == "-c work_mem=5MB"
