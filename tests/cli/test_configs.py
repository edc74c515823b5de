"""`configs` lists what comes along, and prints one to be changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runner.__main__ import main
from runner.config import shipped

if TYPE_CHECKING:
    import pytest


def test_each_is_listed_with_its_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["configs"]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert [line.split()[0] for line in lines if line[0] != " "] == shipped.names()
    assert max(map(len, lines)) <= 80
    words = " ".join(out.split())
    assert all(shipped.question(name) in words for name in shipped.names())


def test_one_is_printed_as_it_is_and_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["configs", "smoke"]) == 0
    Path("mine.yaml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert Path("mine.yaml").read_text(encoding="utf-8") == shipped.text("smoke")
    assert main(["mine.yaml", "--dry-run"]) == 0


def test_another_name_is_refused_with_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["configs", "matrx"]) == 2
    told = capsys.readouterr().err
    assert "matrx is none of acquire-timeout, " in told
    assert "(did you mean matrix?)" in told
