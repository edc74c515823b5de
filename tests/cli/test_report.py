"""The command `report` writes the page of a run from its files alone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.__main__ import main
from runner.report.outputs.outputs import OUTPUTS
from runner.results.observation import Word
from tests.report.measured import rows
from tests.report.outputs.html import parsed
from tests.written_drills import LEAKS, written_drills
from tests.written_run import written_run, written_runs

if TYPE_CHECKING:
    from pathlib import Path


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


@pytest.fixture
def two(tmp_path: Path) -> list[str]:
    """Write two runs that differ, and return their folders."""
    runs = (rows(["psycopg3"], clients=(10,), leaks=(0.0,), rounds=number) for number in (1, 2))
    return [str(run_folder.path) for run_folder in written_runs(tmp_path, runs)]


def test_several_runs_are_one_page_beside_the_last(
    two: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *two]) == 0
    page = tmp_path / "2" / "runs.html"
    assert capsys.readouterr().out == f"{page}\n"
    assert "What changed from A to B" in page.read_text(encoding="utf-8")


def test_the_page_of_several_runs_is_written_where_it_is_wanted(
    two: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr("webbrowser.open", shown.append)
    page = tmp_path / "kept.html"
    first, second = two
    assert main(["report", first, "--with", second, "--out", str(page), "--open"]) == 0
    assert "What changed from A to B" in page.read_text(encoding="utf-8")
    assert shown == [page.as_uri()]
    assert not (tmp_path / "2" / "runs.html").exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["1", "1"], "report: {1} and {1} are the same run"),
        (
            ["1", "2", "--out", "/no/such/page"],
            "cannot write /no/such/page: No such file",
        ),
        (["1", "2", "--out", ""], "report: --out must be a file, . is a folder"),
        (["1", "--out", "a.html"], "report: --out is for several runs: those of one are"),
    ],
)
def test_what_cannot_be_one_page_is_a_sentence(
    typed: list[str], sentence: str, two: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    names = dict(zip(("1", "2"), two, strict=True))
    assert main(["report", *(names.get(word, word) for word in typed)]) == 2
    said = capsys.readouterr().err
    for word, folder in names.items():
        sentence = sentence.replace(f"{{{word}}}", folder)
    assert said.startswith(f"poolbench: {sentence}")


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
    assert page.values("href") == ["#drills", "#charts", "#environment"]
    assert {it.removeprefix("#") for it in page.values("href")} <= set(page.values("id"))
    assert any("psycopg 3.3" in note for note in page.texts("p"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_run_and_drills_are_one_page(tmp_path: Path, language: str) -> None:
    run = written_run(tmp_path, rows(("psycopg3", "asyncpg"), leaks=(0.0,), rounds=1))
    before = run.observations()
    other = replace(LEAKS[0], adapter="asyncpg", word=Word.CLEAN, figure=None)
    drills = written_drills(tmp_path / "drills-a", (*LEAKS, other))
    assert main(["report", str(drills.path), str(run.path), "--language", language]) == 0
    assert not before
    page = parsed(run.read("report.html"))
    lead, own = {
        "en": (
            "When things go wrong, ",
            "Dangerous with psycopg3 and not with every pool",
        ),
        "es": ("Cuando las cosas van mal, ", "Peligroso con psycopg3 y no con todos"),
    }[language]
    [link] = [it for it in page.of("a") if it.text.startswith(lead)]
    assert link.attributes["href"] == "#drills"
    assert "psycopg3 1" in link.text
    assert link.text in run.read("report.md")
    assert any(it.startswith(own) for it in page.texts("li"))
    assert {"answer-title", "drills-title", "drills-picture"} <= set(page.values("id"))
    assert main(["report", str(run.path), "--language", language]) == 0
    assert parsed(run.read("report.html")).texts("p", "li", "td") == page.texts("p", "li", "td")


def test_what_differs_between_a_run_and_its_drills_is_said(tmp_path: Path) -> None:
    run = written_run(tmp_path, rows(("psycopg3",), leaks=(0.0,), rounds=1))
    drills = written_drills(tmp_path / "drills-a", LEAKS)
    drills.write("environment.json", json.dumps({**run.environment(), "machine": {"cpu": "other"}}))
    assert main(["report", str(run.path), str(drills.path)]) == 0
    notes = parsed(run.read("report.html")).texts("p")
    assert "cpu: a processor in the run, other in the drills." in notes
    assert "The drills are a run of their own, begun at 2026-01-02 03:04 UTC." in notes


def test_drills_of_other_adapters_than_a_run_has_are_refused_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = written_run(tmp_path, rows(("asyncpg",), leaks=(0.0,), rounds=1))
    drills = written_drills(tmp_path / "drills-a", LEAKS)
    before = sorted(run.path.iterdir())
    assert main(["report", str(run.path), str(drills.path)]) == 2
    assert "has asyncpg, " in (said := capsys.readouterr().err)
    assert said.startswith("poolbench: report: no adapter in common: ")
    assert main(["report", str(run.path), str(drills.path), "--out", "x.html"]) == 2
    assert sorted(run.path.iterdir()) == before


def test_several_folders_of_drills_are_referred_to_compare(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [str(written_drills(tmp_path / name, LEAKS).path) for name in ("a", "b")]
    assert main(["report", *folders]) == 2
    assert "drills have no page of several; compare A B says it" in capsys.readouterr().err
