"""No language is in the code of charts: all words are messages, and names of files are none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from runner.analysis.comparison import compare
from runner.report import catalogue
from runner.results.row import Status
from runner.results.rows import Rows
from runner.roles import LIMIT
from tests.builders import changed
from tests.report.charts.pictures import figures, texts, written
from tests.report.measured import BASELINE, SPEED, controlled, costing, limited, rows, spoiled

if TYPE_CHECKING:
    from runner.messages import Message
    from runner.results.row import Row

NAMES = {*SPEED, LIMIT, "a run"}
FEW = ("psycopg2", "psycopg3", "asyncpg")
"""Adapters that are enough for every kind of picture: one refuses clients, one is the baseline."""


class Wordless:
    """A language in which every message is one letter."""

    def text(self, _: Message) -> str:
        return "§"


@pytest.fixture
def measured() -> list[Row]:
    some = limited(controlled(costing(rows(FEW, clients=(10, 20), rounds=3))))
    some = spoiled(some, Status.HUNG, lambda row: (row.contender, row.round) == ("asyncpg", 2))
    return [*some, *(changed(row, cpus="one") for row in some)]


def _names(measured: list[Row]) -> list[str]:
    report = compare(Rows(measured), baseline=BASELINE)
    return list(figures(measured, title="a run", report=report))


def test_every_word_of_a_picture_is_of_the_catalogue(
    measured: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "catalogue", lambda _: Wordless())
    report = compare(Rows(measured), baseline=BASELINE)
    for name, figure in figures(measured, title="a run", report=report).items():
        own = [words for words in texts(figure) if words.strip(" †") not in NAMES]
        assert not [words for words in own if re.search("[A-Za-z]{2}", words)], name
        assert "§" in texts(figure), name


def test_names_of_files_are_the_same_in_every_language(
    measured: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    english = _names(measured)
    assert "time-cpus_one" in english
    monkeypatch.setattr(catalogue, "catalogue", lambda _: Wordless())
    assert _names(measured) == english


def test_the_caption_says_how_long_clients_think() -> None:
    measured = controlled(costing(rows(FEW, clients=(10,), rounds=3)))
    thinking = [changed(row, think_time=0.01) for row in measured]
    report = compare(Rows(thinking), baseline=BASELINE)
    for name, figure in figures(thinking, title="a run", report=report).items():
        assert "clients think for 10 ms" in written(figure), name
    calm = figures(measured, title="a run", report=compare(Rows(measured), baseline=BASELINE))
    assert not any("think" in written(figure) for figure in calm.values())
