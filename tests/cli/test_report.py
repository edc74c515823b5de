"""The command `report` writes the page of a run from its files alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.__main__ import main
from runner.report.outputs.outputs import OUTPUTS
from tests.report.measured import rows
from tests.report.outputs.html import parsed
from tests.written_drills import LEAKS, written_drills
from tests.written_run import written_run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_page_is_written_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[str] = []
    monkeypatch.setattr("webbrowser.open", shown.append)
    run_folder = written_run(tmp_path, rows(clients=(10,), leaks=(0.0,), rounds=1))
    written = [run_folder.path / name for name in OUTPUTS if name != "junit.xml"]
    assert main(["report", str(run_folder.path)]) == 0
    assert capsys.readouterr().out.splitlines() == list(map(str, written))
    assert all(path.stat().st_size for path in written)
    assert not shown
    assert main(["report", str(run_folder.path), "--open"]) == 0
    assert shown == [(run_folder.path / "report.html").as_uri()]


def test_what_is_no_report_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said == f"poolbench: cannot read {tmp_path}/cells.csv: No such file or directory\n"
    assert not list(tmp_path.iterdir())


def test_a_page_that_cannot_be_written_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_folder = written_run(tmp_path, rows(clients=(10,), leaks=(0.0,), rounds=1))
    (run_folder.path / "report.html").mkdir()
    assert main(["report", str(run_folder.path)]) == 2
    assert "report.html: Is a directory" in capsys.readouterr().err


def test_drills_are_drawn_and_written_from_their_lines_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written_drills(tmp_path / "drills-a", LEAKS)
    assert main(["report", str(folder.path)]) == 0
    names = ["charts/drills.png", "charts/drills.svg", "drills.md", "report.html"]
    assert capsys.readouterr().out.splitlines() == [str(folder.path / name) for name in names]
    document, page = folder.read("drills.md"), parsed(folder.read("report.html"))
    assert document.startswith("## What does each pool do when things go wrong?\n")
    assert "| slot | !! leaks 3 connections |" in document
    assert page.texts("h1") == ["What does each pool do when things go wrong?"]
    assert "!! leaks 3 connections" in page.texts("td")
    assert any("psycopg 3.3" in note for note in page.texts("p"))
