"""The message of a driver that failed reaches the reader of the table, briefly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from runner.analysis.comparison import compare
from runner.report.catalogue import text
from runner.report.failures import MOST_NOTES, frequent, notes
from runner.report.formats import LONGEST_NOTE
from runner.report.speed_tables import speed_tables
from runner.results.row import Row, Status
from runner.results.rows import Rows
from tests.builders import changed, row

if TYPE_CHECKING:
    from collections.abc import Sequence


def failing(round_: int, said: str, kind: str = "pool_timeout", **changes: Any) -> Row:
    examples = json.dumps({kind: said}) if said else ""
    return row("asyncpg", round=round_, examples=examples, **{kind: 40, **changes})


def told(*contenders: Sequence[Row]) -> list[str]:
    return [text(note) for note in notes(contenders)]


def test_the_most_frequent_message_is_told_with_the_failures_of_all_rounds() -> None:
    rows = [failing(1, "rare"), failing(2, "TimeoutError: 5 s"), failing(3, "TimeoutError: 5 s")]
    assert told(rows) == ["asyncpg: pool_timeout 120x: TimeoutError: 5 s"]


def test_each_adapter_and_kind_has_a_line() -> None:
    both = failing(1, "late", pool_timeout=1, release_failed=2)
    other = row("psycopg2", query_failed=3)
    assert told([both], [other]) == [
        "asyncpg: pool_timeout 1x: late",
        "asyncpg: release_failed 2x",
        "psycopg2: query_failed 3x",
    ]


def test_a_long_message_is_cut_and_stays_a_line() -> None:
    (note,) = told([failing(1, "first\nsecond " + "x" * 1000)])
    assert note.startswith("asyncpg: pool_timeout 40x: first second xxx")
    assert len(note) <= LONGEST_NOTE + len("asyncpg: pool_timeout 40x: ")


def test_who_never_fails_has_no_note() -> None:
    assert told([row("asyncpg", pool_timeout=0)]) == []


def test_the_table_of_a_group_has_its_failures_under_it_those_of_bad_rows_too() -> None:
    bad = failing(1, "late", status=Status.HUNG)
    measured = Rows([bad, row("psycopg3", round=1, pool_timeout=0)])
    (table,) = speed_tables(measured, compare(measured, baseline=None))
    assert [text(note) for note in table.notes][1:] == ["asyncpg: pool_timeout 40x: late"]


def test_the_most_frequent_failures_come_first_and_the_rest_is_counted() -> None:
    rows = [failing(1, "late"), failing(2, "late"), row("psycopg2", query_failed=90)]
    assert [text(line) for line in frequent(rows, most=1)] == [
        "psycopg2: query_failed 90x",
        "1 rarer kind of failure is in the tables.",
    ]
    assert [text(line) for line in frequent(rows)] == [
        "psycopg2: query_failed 90x",
        "asyncpg: pool_timeout 80x: late",
    ]


def test_the_small_print_about_failures_has_an_end() -> None:
    rows = [row(f"mine-{number}", query_failed=number) for number in range(1, 100)]
    assert len(frequent(rows)) == MOST_NOTES + 1


def test_values_of_another_axis_are_told_apart_by_their_adapters() -> None:
    rows = [
        changed(row(adapter, pool_timeout=count), compared="pool_size")
        for adapter, count in (("psycopg3", 7), ("asyncpg", 5))
    ]
    assert [text(line).partition(":")[0] for line in frequent(rows)] == [
        "psycopg3, pool_size 5",
        "asyncpg, pool_size 5",
    ]
