"""The table of the highest rates: the middle of the ramps, and how far they reach."""

from __future__ import annotations

from dataclasses import replace

from runner.analysis.highest_rates import HighestRates
from runner.axes import PoolSize
from runner.messages import message
from runner.report.catalogue import text
from runner.report.formats import NOTHING
from runner.report.ramp_tables import ramp_tables
from runner.results.ramp import Ramp
from tests.builders import CONDITIONS

SETTING = CONDITIONS.unpaced()
LIMITS = {"total_ms_p99": 0.02}


def ramps(contender: str, *lows: float) -> list[Ramp]:
    return [
        Ramp(contender, SETTING, number, low, 1.05 * low, 9) for number, low in enumerate(lows, 1)
    ]


def test_the_middle_of_three_stands_beside_what_they_reach() -> None:
    found = [*ramps("psycopg3", 4000, 5000, 4200), *ramps("asyncpg", 2000, 2100, 2200)]
    (table,) = ramp_tables(HighestRates(found, LIMITS, ["asyncpg", "psycopg3"]))
    assert text(table.title) == (
        "Highest rate with p99 of the time within 20 ms: insert, 10 clients on 5 connections"
    )
    assert [[text(cell) for cell in row.cells] for row in table.rows] == [
        ["asyncpg", "2,100", "[2,000, 2,310]", "100 %"],
        ["psycopg3", "4,200", "[4,000, 5,250]", "200 %"],
    ]


def test_a_bracket_of_fewer_ramps_than_there_should_be_says_so() -> None:
    found = [*ramps("psycopg3", 4000, 5000), *ramps("asyncpg", 2000, 2100, 2200)]
    (table,) = ramp_tables(HighestRates(found, LIMITS, ["psycopg3", "asyncpg"]))
    assert [text(row.cells[2]) for row in table.rows] == [
        "[4,000, 5,250] in 2 of 3 ramps",
        "[2,000, 2,310]",
    ]


def test_where_none_was_found_the_reason_stands() -> None:
    none = Ramp("asyncpg", SETTING, 1, windows=12, reason=message("ramp.none_kept"))
    found = HighestRates([*ramps("psycopg3", 4000), none], LIMITS, ["psycopg3", "asyncpg"])
    (table,) = ramp_tables(found)
    assert [text(cell) for cell in table.rows[1].cells] == [
        *("asyncpg", NOTHING, "no rate kept the times", NOTHING),
    ]
    assert text(table.rows[0].cells[2]) == "[4,000, 4,200] in 1 of 3 ramps"


def test_sizes_that_are_compared_are_rows_of_one_table() -> None:
    found = [
        replace(it, conditions=replace(SETTING, pool_size=PoolSize(size, size)))
        for size in (2, 5)
        for it in ramps("psycopg3", 1000 * size)
    ]
    (table,) = ramp_tables(HighestRates(found, LIMITS, compared="pool_size"))
    assert text(table.columns[0].heading) == "pool_size"
    assert [text(row.cells[0]) for row in table.rows] == ["pool_size 2", "pool_size 5"]
