"""Who opens more connections than a pool has is told with the number that the server counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.comparison import compare
from runner.report.catalogue import text
from runner.report.sessions_opened import notes
from runner.report.speed_tables import speed_tables
from runner.results.rows import Rows
from tests.builders import row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.row import Row

NULL = [
    row("psycopg3-null", round=1, sessions_opened=16, operations_finished=6188),
    row("psycopg3-null", round=2, sessions_opened=5, operations_finished=4000),
]


def told(*contenders: Sequence[Row]) -> list[str]:
    return [text(note) for note in notes(contenders)]


def test_the_connections_and_operations_of_all_rounds_are_told() -> None:
    assert told(NULL) == [
        "psycopg3-null: 21 connections opened for 10,188 operations, the warm-up included"
    ]


def test_who_keeps_to_the_size_of_its_pool_is_not_named() -> None:
    assert told([row("psycopg3", sessions_opened=5, operations_finished=9)]) == []


def test_nothing_is_told_of_a_server_or_a_report_that_does_not_say() -> None:
    assert told([row("psycopg3-direct", sessions_opened=None, operations_finished=9)]) == []
    assert told([row("psycopg3-direct", sessions_opened=9, operations_finished=None)]) == []


def test_the_table_of_a_group_has_it_under_it() -> None:
    measured = Rows([NULL[0], row("psycopg3", round=1, sessions_opened=5)])
    (table,) = speed_tables(measured, compare(measured, baseline=None))
    assert [text(note) for note in table.notes][1:] == told(NULL[:1])
