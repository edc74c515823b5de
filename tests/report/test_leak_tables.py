"""The tables of groups that leak: what each pool did, and nothing of speed."""

from __future__ import annotations

from dataclasses import replace

from runner.report.catalogue import text
from runner.report.formats import share
from runner.report.leak_tables import leak_tables
from runner.results.rows import Rows
from tests.report.charts.pictures import picture, texts
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


def test_who_served_more_before_the_pool_was_dry_stands_where_it_stands_in_charts() -> None:
    some = rows(["psycopg3", "asyncpg"], clients=(10,), leaks=(1.0,))
    more = [row if row.contender == "psycopg3" else replace(row, ok=9) for row in some]
    (table,) = leak_tables(Rows(more[::-1]))
    assert [text(row.cells[0]) for row in table.rows] == ["psycopg3", "asyncpg"]
    assert [text(row.cells[1]) for row in table.rows] == ["5", "9"]


def test_who_still_waits_for_a_dry_pool_has_failed_in_the_table_as_in_the_chart() -> None:
    some = rows(["asyncpg"], clients=(50,), rounds=1, response_ms_max=201.0, wait_ms_max=119.0)
    (table,) = leak_tables(Rows(some))
    figures = dict(
        zip((text(it.heading) for it in table.columns), table.rows[0].cells, strict=True)
    )
    assert figures["failed"] == share(50 / 55)
    assert figures["failed"] in texts(picture("failures", some, title="a run"))
    assert figures["longest\nattempt"] == "201"


def test_a_run_in_which_everybody_releases_has_none() -> None:
    assert list(leak_tables(Rows(rows(leaks=(0.0,))))) == []
