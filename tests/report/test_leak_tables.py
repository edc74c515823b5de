"""The tables of groups that leak: what each pool did, and nothing of speed."""

from __future__ import annotations

from runner.report.catalogue import text
from runner.report.leak_tables import leak_tables
from runner.results.rows import Rows
from tests.report.measured import controlled, limited, rows


def test_each_group_that_leaks_has_a_table_without_the_control_and_the_limit() -> None:
    some = rows(["psycopg3", "asyncpg"], clients=(10, 20), rounds=2)
    tables = list(leak_tables(Rows(limited(controlled(some)))))
    assert [[text(row.cells[0]) for row in table.rows] for table in tables] == [
        ["psycopg3", "asyncpg"],
        ["psycopg3", "asyncpg"],
    ]
    assert [text(table.title) for table in tables] == [
        "insert, 10 clients on 5 connections, 100 % never released (times in ms)",
        "insert, 20 clients on 5 connections, 100 % never released (times in ms)",
    ]


def test_who_served_the_most_stands_first() -> None:
    some = rows(["psycopg3", "asyncpg"], clients=(10,), leaks=(1.0,))
    more = [
        row if row.contender == "psycopg3" else type(row)(**{**vars(row), "ok": 9}) for row in some
    ]
    (table,) = leak_tables(Rows(more))
    assert [text(row.cells[0]) for row in table.rows] == ["asyncpg", "psycopg3"]
    assert [text(row.cells[1]) for row in table.rows] == ["9", "5"]


def test_a_run_in_which_everybody_releases_has_none() -> None:
    assert list(leak_tables(Rows(rows(leaks=(0.0,))))) == []
