"""Drills become tables whose marks follow from the word alone."""

from __future__ import annotations

from runner.report.catalogue import text
from runner.report.drill_tables import tables
from runner.results.observation import Danger, Observation, Word

SEEN = [
    Observation("one", "leak", "slot", Word.LEAKS, 3, "connections"),
    Observation("one", "broken", "idle", Word.RECOVERS, 0.25, "s"),
    Observation("other", "broken", "idle", Word.RECOVERS, 2.5, "s"),
    Observation("other", "leak", "close", Word.NOT_APPLICABLE),
    Observation("other", "leak", "slot", Word.CLEAN),
]


def test_each_drill_is_a_table_with_a_mark_a_word_and_a_figure() -> None:
    leak, broken = tables(SEEN)
    assert [text(column.heading) for column in leak.columns] == ["case", "one", "other"]
    assert [[text(cell) for cell in row.cells] for row in leak.rows] == [
        ["slot", "!! leaks 3 connections", "clean"],
        ["close", "", "not applicable"],
    ]
    [row] = broken.rows
    assert [text(cell) for cell in row.cells] == ["idle", "recovers 0.25 s", "! recovers 2.5 s"]


def test_the_rule_of_the_marks_stands_under_the_last_table() -> None:
    leak, broken = tables(SEEN)
    assert not any("! costs" in text(note) for note in leak.notes)
    [rule] = map(text, broken.notes)
    assert rule.startswith(
        "! costs: unbounded, starves, fails, goes on, says nothing, or recovers "
    )
    assert (
        "!! dangerous: breaks, stands still, for ever, loses, leaks, still waiting, never" in rule
    )


def test_every_word_is_judged_and_has_its_text() -> None:
    for word in Word:
        seen = Observation("one", "drill", "case", word, 0.5, "s")
        assert seen.danger in Danger
        [table] = tables([seen])
        assert text(table.rows[0].cells[1]).removeprefix("!").lstrip("! ").endswith(" 0.5 s")


def test_where_nothing_was_observed_there_is_no_table() -> None:
    assert tables([]) == []


def test_one_connection_is_no_plural() -> None:
    for figure, words in ((1, "loses 1 connection"), (2, "loses 2 connections")):
        seen = Observation("one", "leak", "slot", Word.LOSES, figure, "connections")
        assert text(seen.said) == words
