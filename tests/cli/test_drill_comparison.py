"""`compare` of two folders of drills says which words changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.__main__ import main
from runner.results.observation import Word
from tests.report.measured import rows
from tests.written_drills import LEAKS, written_drills
from tests.written_run import written_run

if TYPE_CHECKING:
    from pathlib import Path

SLOT, CLOSE = LEAKS


def compared(tmp_path: Path, b: Word, *more: str) -> int:
    """Compare a run whose slots leak with one that says another word of them."""
    other = replace(SLOT, word=b, versions="psycopg 3.4")
    first = written_drills(tmp_path / "a", (SLOT, CLOSE))
    second = written_drills(
        tmp_path / "b", (other, replace(CLOSE, figure=0.5, versions="psycopg 3.4"))
    )
    return main(["compare", str(first.path), str(second.path), *more])


def test_a_word_that_changed_is_shown_with_both_and_figures_are_not_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(tmp_path, Word.CLEAN) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "1 of 2 cases say the same word in both." in printed
    assert "psycopg 3.3" in printed
    assert "psycopg 3.4" in printed, "what could explain it"
    assert "!! leaks 3 connections" in printed
    assert "ends" not in printed


def test_equal_words_are_a_sentence_without_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(tmp_path, Word.LEAKS, "--fail-if", "changed") == 0
    printed = capsys.readouterr().out
    assert "2 of 2 cases say the same word in both." in printed
    assert "other words" not in printed


@pytest.mark.parametrize(
    ("condition", "word", "status"),
    [
        ("changed", Word.CLEAN, 99),
        ("worse", Word.CLEAN, 0),
        ("worse", Word.STARVES, 0),
        ("worse", Word.NEVER, 0),
    ],
)
def test_a_job_fails_by_another_word_or_only_by_a_worse_one(
    tmp_path: Path, condition: str, word: Word, status: int
) -> None:
    assert compared(tmp_path, word, "--fail-if", condition) == status


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        (Word.CLEAN, Word.LEAKS, 99),
        (Word.CLEAN, Word.STARVES, 99),
        (Word.STARVES, Word.LEAKS, 99),
        (Word.NOT_APPLICABLE, Word.LEAKS, 99),
        (Word.NOT_APPLICABLE, Word.SERVED, 0),
        (Word.UNDECIDED, Word.CLEAN, 0),
        (Word.TAKES, Word.ENDS, 0),
    ],
)
def test_a_word_that_does_more_harm_is_worse(
    tmp_path: Path, before: Word, after: Word, status: int
) -> None:
    first = written_drills(tmp_path / "a", (replace(SLOT, word=before),))
    second = written_drills(tmp_path / "b", (replace(SLOT, word=after),))
    typed = ["compare", str(first.path), str(second.path), "--fail-if", "worse"]
    assert main(typed) == status


def test_what_only_one_of_the_runs_has_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (written_drills(tmp_path / it, LEAKS[:n]) for it, n in (("a", 2), ("b", 1)))
    assert main(["compare", str(first.path), str(second.path)]) == 0
    assert "Only A has psycopg3, leak, close." in capsys.readouterr().out


def test_what_cannot_be_compared_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drills = [str(written_drills(tmp_path / it, LEAKS).path) for it in "abc"]
    cells = str(written_run(tmp_path, rows(clients=(10,), leaks=(0.0,), rounds=1)).path)
    other = str(written_drills(tmp_path / "d", (replace(SLOT, adapter="other"),)).path)
    for typed, sentence in (
        ([drills[0], cells], f"compare: {drills[0]} has drills, {cells} has none"),
        ([*drills[:2], "--absolute"], "compare --absolute: drills have no such figures"),
        (
            [drills[0], "--with", *drills[1:]],
            "compare: drills are compared one with one, not 3 runs",
        ),
        ([drills[0], other], "compare: no case in common"),
        (
            [*drills[:2], "--fail-if", "p99 > +5%"],
            "--fail-if p99 > +5%: of drills it must be changed or worse",
        ),
    ):
        assert main(["compare", *typed]) == 2
        assert capsys.readouterr().err == f"poolbench: {sentence}\n"
