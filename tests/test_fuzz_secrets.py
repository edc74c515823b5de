"""Random passwords in random spellings are seen nowhere: on no screen, in no file of a report."""

from __future__ import annotations

import json
from string import ascii_letters, digits
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg import conninfo, sql

from runner.__main__ import main
from runner.redaction import REDACTOR
from tests.fuzzing import tries
from tests.spelled_dsns import MARK, PASSWORDS, SPELLED, UNKNOWN, Spelled

if TYPE_CHECKING:
    from pathlib import Path

    from runner.server.embedded import EmbeddedServer

COMMANDS = ("check", "--server", "demo", "unknown", "override", "yaml", "options")


def typed(command: str, dsn: str, config: Path) -> list[str]:
    """Return a command in which the DSN is typed, or is written in the file that it names."""
    values: dict[str, object] = {"matrix": {"adapter": "noop"}}
    if command == "yaml":
        values["server"] = dsn
    elif command == "options":
        values["adapters"] = {"mine": {"adapter": "psycopg3", "options": {"nonsense": dsn}}}
        values["matrix"] = {"adapter": ["mine", "absent"]}
    config.write_text(json.dumps(values), encoding="utf-8")
    match command:
        case "check" | "demo":
            return [command, "--server", dsn]
        case "--server":
            return ["check", f"--server={dsn}", "--unknown"]
        case "unknown":
            return ["check", dsn]
        case "override":
            return [str(config), "--set", f"server={dsn}", "--set", "rounds=no"]
    return [str(config), "--set", "rounds=no"]


def test_the_mark_of_a_password_is_in_no_base64() -> None:
    assert not set(MARK) <= set(f"{ascii_letters}{digits}+/=")


@tries(30)
@given(SPELLED, st.sampled_from(COMMANDS))
@example(Spelled("host=127.0.0.1 port=1 password=/ host=Z.7", "/ host=Z.7"), "check")
def test_a_refused_dsn_shows_no_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spelled: Spelled, command: str
) -> None:
    refused_without(typed(command, spelled.dsn, tmp_path / "test.yaml"), capsys)


@tries(30)
@given(UNKNOWN, st.sampled_from(["check", "demo", "override", "yaml"]))
@example(Spelled("h user u Z.7", "Z.7"), "check")
@example(Spelled("tcp://h/d?p=Z.7", "Z.7"), "override")
def test_what_is_no_dsn_is_refused_without_what_may_be_a_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spelled: Spelled, command: str
) -> None:
    refused_without(typed(command, spelled.dsn, tmp_path / "test.yaml"), capsys)


def refused_without(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Run a command that has to be refused, and to show no mark of a password."""
    REDACTOR.forget()  # what was learnt of a try would hide what the next one shows
    try:
        status = main(command)
    except SystemExit as refused:
        status = refused.code  # type: ignore[assignment]
    printed = capsys.readouterr()
    assert status in (1, 2), "nothing listens there"
    assert "Traceback" not in printed.err
    assert MARK not in printed.out + printed.err


CONFIG = """
name: secret
server: {server}
rounds: 1
duration: 50ms
warmup: 10ms
turn: off
limit: false
control: false
pool: {{max_size: 1, timeout: 200ms}}
matrix: {{adapter: [noop, "tests.fakes.broken:Talking"]}}
"""
PRINTABLE = PASSWORDS.filter(lambda password: password.isprintable() and "${" not in password)
"""The passwords that PostgreSQL takes, and that can be written beside variables."""


@tries(1, most=50, shrink=False)
@given(password=PRINTABLE, as_uri=st.booleans())
def test_a_whole_run_writes_no_password(
    server: EmbeddedServer,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
    *,
    password: str,
    as_uri: bool,
) -> None:
    folder = tmp_path_factory.mktemp("secret")
    with server._asking() as connection:
        connection.execute("DROP ROLE IF EXISTS secretive")
        connection.execute(
            sql.SQL("CREATE ROLE secretive SUPERUSER LOGIN PASSWORD {}").format(password)
        )
    known = conninfo.conninfo_to_dict(server._uri("secretive", "postgres"))
    dsn = (
        f"postgresql://secretive:{quote(password, safe='')}@127.0.0.1:{known['port']}/postgres"
        if as_uri
        else conninfo.make_conninfo("", **{**known, "user": "secretive", "password": password})
    )
    config = folder / "secret.yaml"
    config.write_text(CONFIG.format(server=json.dumps(dsn)), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runner.report.charts.drawing.draw", lambda *_, **__: [])
        status = main([str(config), "--out", str(folder / "reports")])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    files = [path for path in (folder / "reports").rglob("*") if path.is_file()]
    logs = [path for path in files if path.suffix == ".log"]
    assert any("***" in path.read_text("utf-8") for path in logs), "it was said, and masked"
    assert MARK not in printed.out + printed.err
    assert [path for path in files if MARK in path.read_text("utf-8", "replace")] == []


def test_the_password_that_libpq_finds_elsewhere_is_masked(
    elsewhere: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = conninfo.conninfo_to_dict(elsewhere)
    password = str(words.pop("password"))
    monkeypatch.setenv("PGPASSWORD", password)
    with psycopg.connect(conninfo.make_conninfo("", **words)) as connection:
        assert connection.info.password == password
    main(["check", "--server", conninfo.make_conninfo("", **words)])
    assert password not in "".join(capsys.readouterr())
