"""The tables at the end of a run: who stands in them, and under which title."""

from __future__ import annotations

from dataclasses import replace

from runner.analysis.comparison import compare
from runner.report.catalogue import text
from runner.report.tables import tables
from runner.report.verdicts import verdicts
from runner.results.rows import Rows
from runner.roles import LIMIT
from tests.report.measured import controlled, limited, rows


def test_tables_have_the_limit_last_and_no_control() -> None:
    some = rows(["psycopg3", "asyncpg"], clients=(10, 20), rounds=2)
    found = list(tables(Rows(limited(controlled(some)))))
    names = [[text(row.cells[0]) for row in table.rows] for table in found]
    steady, leaking = ["asyncpg", "psycopg3", f"{LIMIT} (limit)"], ["psycopg3", "asyncpg"]
    assert names == [steady, steady, leaking, leaking]
    assert [text(table.title) for table in found] == [
        "insert, 10 clients on 5 connections (times in ms)",
        "insert, 20 clients on 5 connections (times in ms)",
        "insert, 10 clients on 5 connections, 100 % never released (times in ms)",
        "insert, 20 clients on 5 connections, 100 % never released (times in ms)",
    ]
    assert found[0].rows[-1].cells[1] == "24,001 ±0 %"


def test_table_of_the_stock_profile_says_so() -> None:
    stock = rows(["asyncpg"], clients=(10,), leaks=(0.0,), rounds=1, profile="stock")
    (table,) = tables(Rows(stock))
    assert text(table.title) == "insert, 10 clients on 5 connections, profile stock (times in ms)"


def test_a_group_without_a_pool_has_no_size_in_its_title() -> None:
    some = [
        replace(row, pooled=False)
        for row in rows(["noop", "asyncpg-direct"], clients=(10,), leaks=(0.0,))
    ]
    (table,) = tables(Rows(some))
    assert text(table.title) == "insert, 10 clients (times in ms)"
    titles = [
        text(table.title) for table in verdicts(compare(Rows(controlled(some)), baseline="noop"))
    ]
    assert titles == ["insert, 10 clients"]
