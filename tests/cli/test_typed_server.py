"""A server that was typed, or written in a file, is refused in a sentence without its password."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from runner.__main__ import main
from runner.config.loading import typed_server

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = {
    "mysql://user:sekret@host/db": "is 'mysql://user:***@host/db'",
    "mysql://user:sekret/db": "is 'mysql://user:***'",
    "POSTGRESQL://user:sekret@host/db": "is 'POSTGRESQL://user:***@host/db'",
    "postgresql:/user:sekret@host/db": "is 'postgresql:/user:***@host/db'",
    "user:sekret@host/db": "is 'user:***@host/db'",
    **dict.fromkeys(
        (
            *("tcp://host/db?pw=sekret", "host h user u sekret", "user/sekret@host", "user:sekret"),
            *("host:5432:db:user:sekret", "psql -U user -W sekret", "https://h/?code=sekret"),
            *("user;sekret", "mysql://user:x@host/db?x=sekret", "sekret!", "h/d sekret"),
            *("sekret", "sek.ret-1", "host=sekret@${", " host=sekret?h:5@ ${"),
            "sekret@ host=${UNSET}",
        ),
        "what is written there may hold a password and is not repeated here",
    ),
    "": "is ''",
    "${EMPTY}": "must not be empty when its variables are replaced",
    "postgresql://user:${UNSET}@host/db": "environment variables that are not set: UNSET",
    "${UNSET}": "environment variables that are not set: UNSET",
    "${OTHER}": "the DSN cannot be read",
    "${UNSET": "must write variables as ${VAR} or ${VAR:-default}",
    "host=h password=sekret nonsense=1": "the DSN cannot be read",
    "password='sekret": "the DSN cannot be read",
    "postgresql://user:sekret%zz@host": "the DSN cannot be read",
    "postgresql://user:sek/ret@host": "inside a password, @ is written %40, / %2F",
    "postgresql://user:12/sek@host": "inside a password, @ is written %40, / %2F",
    "postgresql://user:sek@ret@host": "inside a password, @ is written %40",
    "postgresql://user:sekret@host/db?schema=x": "the DSN sets schema: leave it out",
    "jdbc:postgresql://host/db?password=sekret": "the DSN begins with jdbc:, which is Java's",
    "'postgresql://user:sekret@host/db'": "the DSN is in quotes that are part of it",
    "host:5432": "a host alone is written postgresql://HOST",
    "host=127.0.0.1 port=1 user=u password=sekret": "no connection to postgresql://u@127.0.0.1:1/u",
}


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNSET", raising=False)
    monkeypatch.setenv("EMPTY", " ")
    monkeypatch.setenv("OTHER", "mysql://user:sekret@host/db")


def refusal(command: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(command) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    sentence = printed.err.removesuffix("\n")
    assert sentence.startswith("poolbench: ")
    assert "\n" not in sentence
    assert "sek" not in sentence
    return sentence


@pytest.mark.parametrize("command", ["check", "demo"])
@pytest.mark.parametrize("dsn", REFUSED)
def test_a_typed_dsn_that_cannot_be_used_is_refused(
    dsn: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert REFUSED[dsn] in refusal([command, "--server", dsn], capsys)


@pytest.mark.parametrize("dsn", REFUSED)
def test_a_written_dsn_that_cannot_be_used_is_refused(
    dsn: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"server: {json.dumps(dsn)}\nmatrix: {{adapter: noop}}\n", encoding="utf-8")
    command = [str(path), "--out", str(tmp_path / "reports")]
    assert REFUSED[dsn] in refusal(command, capsys)
    assert not (tmp_path / "reports").exists()


def test_the_embedded_server_can_be_typed_too() -> None:
    assert typed_server("embedded", "--server").kind == "embedded"
