"""Whatever reaches standard error is masked, and does nothing to a terminal."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from runner.__main__ import main
from runner.cli import schema
from runner.cli.standard_error import guarded
from runner.experiment.experiment import Experiment
from runner.redaction import REDACTOR
from runner.server.dsn import words_of
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_traceback_of_a_bug_is_masked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        REDACTOR.learn("sek/ret")
        raise ZeroDivisionError("a bug with 'sek/ret', sek%2Fret")

    monkeypatch.setattr(schema, "run", fail)
    assert main(["schema"]) == 1
    assert "ZeroDivisionError: a bug with '***', ***\n" in capsys.readouterr().err


def test_the_hint_after_an_interrupt_shows_no_password(
    elsewhere: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(*_: object) -> None:
        raise Interrupted(signal.SIGINT)

    monkeypatch.setattr(Experiment, "measure", interrupt)
    config = tmp_path / "test.yaml"
    config.write_text("matrix: {adapter: noop}\n", encoding="utf-8")
    out = ["--out", str(tmp_path / "reports"), "--set", f"server={elsewhere}"]
    assert main([str(config), *out]) == 130
    printed = capsys.readouterr()
    assert "--set server=postgresql://client:***@127.0.0.1" in printed.err.replace("'", "")
    assert words_of(elsewhere)["password"] not in printed.out + printed.err


def test_the_name_of_a_file_cannot_control_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no\x1b[2J\u202esuch.yaml"]) == 2
    assert r"no\x1b[2J\u202esuch.yaml: no such file" in capsys.readouterr().err


def test_a_line_break_in_a_name_begins_no_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "a\nb.yaml"
    config.write_text("rounds: 0\ndeadline: 1ms\nmatrix: {adapter: noop}\n", encoding="utf-8")
    for typed in ([str(config)], ["report", str(config)]):
        assert main(typed) == 2
        for line in capsys.readouterr().err.splitlines():
            assert r"a\nb.yaml" in line


def test_a_stream_stays_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stderr
    with guarded([]):
        sys.stderr.writelines(["a\tb\x07\n", "c\n", "d\x00\n"])
        assert sys.stderr.isatty() is before.isatty()
    assert sys.stderr is before
    assert capsys.readouterr().err == "a\tb\\x07\nc\nd\\x00\n"
