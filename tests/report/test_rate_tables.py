"""The table of a rate: times from the arrival and from the pick-up, and what was not done."""

from __future__ import annotations

from runner.analysis.comparison import compare
from runner.rate import Rate
from runner.report.catalogue import text
from runner.report.rate_tables import rate_tables
from runner.report.speed_tables import speed_tables
from runner.results.rows import Rows
from runner.roles import CONTROL
from tests.analysis.runs import at_2000, row
from tests.builders import changed


def test_the_shortest_tail_stands_first_and_who_does_not_keep_up_last() -> None:
    measured = Rows(
        [
            *at_2000("base", 1.0),
            *at_2000("late", 0.2, ok=1800, operations=1800),
            *at_2000("quick", 0.5, picked_ms_p50=0.25, picked_ms_p99=1.5, late_ms_p99=0.05),
            *at_2000(CONTROL, 1.0),
        ]
    )
    (table,) = rate_tables(measured, compare(measured, baseline="base"))
    assert text(table.title) == (
        "insert, 10 clients on 5 connections, at 2,000 arrivals a second (times in ms)"
    )
    rows = [[text(cell) for cell in row.cells] for row in table.rows]
    assert [row[0] for row in rows] == ["quick", "base", "late", "noise floor"]
    assert rows[0] == [
        *("quick", "0.5\nshorter", "2.5", "0.50x [0.50, 0.50]\nshorter"),
        *("0.25\n1.5", "0 %", "0.05", "100"),
    ]
    assert rows[2][3] == "10 % of the arrivals failed, were dropped or left over"
    assert rows[2][5] == "10 %"


def test_a_share_is_told_in_numbers() -> None:
    share = Rate(is_share=True, number=0.7)
    measured = Rows(
        [changed(row, rate=share) for row in at_2000("base", 1.0, rate_per_s=1400.4)],
    )
    (table,) = rate_tables(measured, compare(measured, baseline="base"))
    assert text(table.title).endswith("at 70 % of the rate found (times in ms)")
    assert text(table.notes[0]) == "70 % of the rate found are 1,400 arrivals a second"


def test_a_closed_loop_has_its_own_table_and_no_other() -> None:
    closed = [row("base", number, 1000.0) for number in range(1, 6)]
    measured = Rows([*at_2000("base", 1.0), *closed])
    report = compare(measured, baseline="base")
    assert len(list(rate_tables(measured, report))) == 1
    (table,) = speed_tables(measured, report)
    assert text(table.title) == "insert, 10 clients on 5 connections (times in ms)"
