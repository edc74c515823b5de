"""`python -m runner drills` keeps what it sees, as it comes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.__main__ import main
from runner.drills import exhaustion
from runner.drills.drill import Seen
from runner.drills.drills import DRILLS
from runner.results.observation import Word
from runner.results.run_folder import RunFolder
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    from pathlib import Path

    from runner.drills.scene import Scene

HOME_MADE = "tests.fakes.home_made:HomeMade"


def folder_of(reports: Path) -> RunFolder:
    [folder] = reports.glob("drills-*")
    return RunFolder(folder)


def test_a_drill_prints_its_observations_and_keeps_them_in_two_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ["--drill", "exhaustion", "--adapter", HOME_MADE, "--out", str(tmp_path)]
    assert main(["drills", *typed]) == 0
    printed = capsys.readouterr().out
    assert re.search(rf"^{HOME_MADE}, exhaustion, one more: waits [\d.]+ s$", printed, re.MULTILINE)
    seen = folder_of(tmp_path).observations()
    assert [(it.adapter, it.case, it.word) for it in seen] == [
        (HOME_MADE, "one more", Word.WAITS),
        (HOME_MADE, "second each", Word.WAITS),
        (HOME_MADE, "one more, unless told how long to wait", Word.WAITS),
    ]
    assert "psycopg" in seen[0].versions
    page = folder_of(tmp_path).read("drills.md")
    assert "**exhaustion**" in page
    assert "| one more | waits " in page


def test_an_interrupt_keeps_what_was_seen_until_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_scene: Scene, case: str) -> Seen:
        if case == "second each":
            raise Interrupted(2)
        return Seen(Word.RAISES)

    monkeypatch.setitem(DRILLS, "exhaustion", replace(exhaustion.DRILL, see=interrupted))
    typed = ["--drill", "exhaustion", "--adapter", HOME_MADE, "--out", str(tmp_path)]
    assert main(["drills", *typed]) == 130
    assert "interrupted by SIGINT" in capsys.readouterr().err
    assert [it.case for it in folder_of(tmp_path).observations()] == ["one more"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--drill", "leaks"], "there is no part 'leaks' (did you mean leak?)"),
        (["--adapter", "psycopg4"], "poolbench: unknown adapter 'psycopg4'"),
    ],
)
def test_an_unknown_name_is_a_sentence_and_nothing_is_started(
    typed: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["drills", *typed, "--out", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
