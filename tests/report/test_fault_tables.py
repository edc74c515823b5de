"""The tables of faults rank by the time without a success, and say who never came back."""

from __future__ import annotations

from typing import Any

from runner.fault import Fault
from runner.language import speaking
from runner.report.catalogue import text
from runner.report.fault_tables import fault_tables
from runner.report.leak_tables import leak_tables
from runner.results.row import Row, Status
from runner.results.rows import Rows
from tests.builders import row

DOWN = Fault("down", 1.0, 3.0)


def of(name: str, unavailable: float, failed: int = 0, **changes: Any) -> Row:
    """Make a row that came back 100 ms after the mending, unless it is said otherwise."""
    columns = {
        "fault": DOWN,
        "fault_ms": 1000.0,
        "mended_ms": 4000.0,
        "unavailable_ms": unavailable,
        "failed_after_fault": failed,
        "broken_handed_out": 2,
        "response_ms_max": 3100.0,
        "first_success_ms": 100.0,
        "recovered_ms": 200.0,
        "full_capacity_ms": 300.0,
        "recovered": True,
        "acknowledged_lost": 0,
    }
    return row(name, **{**columns, **changes})


def cells(rows: list[Row]) -> list[list[str]]:
    (table,) = fault_tables(Rows(rows))
    return [[text(cell) for cell in line.cells] for line in table.rows]


def test_who_was_unavailable_for_the_shortest_time_stands_first() -> None:
    rows = [of("psycopg3", 4800), of("asyncpg", 3100, 900), of("psycopg2-queued", 3100, 7)]
    assert [line[:3] for line in cells(rows)] == [
        ["psycopg2-queued", "3,100", "7"],
        ["asyncpg", "3,100", "900"],
        ["psycopg3", "4,800", "0"],
    ]


def test_who_never_came_back_is_told_and_in_how_many_rounds() -> None:
    gone: dict[str, Any] = {
        "first_success_ms": None,
        "recovered_ms": None,
        "full_capacity_ms": None,
    }
    rows = [
        of("asyncpg", 9000, **gone, recovered=False),
        of("psycopg3", 3100),
        of("psycopg3", 3300, round=2, full_capacity_ms=None),
    ]
    lines = cells(rows)
    assert lines[0][-3:] == ["100", "200", "300, 1 of 2 never"]
    assert lines[1][-3:] == ["never"] * 3


def test_who_could_not_be_measured_stands_last_with_what_happened() -> None:
    lines = cells([of("asyncpg", 0, status=Status.HUNG), of("psycopg3", 9000)])
    assert [line[:2] for line in lines] == [
        ["psycopg3", "9,000"],
        ["asyncpg", "no good round (1 hung)"],
    ]


def test_what_happened_is_said_in_the_language_with_its_rounds() -> None:
    hung = [of("asyncpg", 0, status=Status.HUNG, round=number) for number in (1, 2)]
    with speaking("es"):
        [[_, said, *_]] = cells([*hung, of("asyncpg", 0, status=Status.FAILED, round=3)])
    assert said == "ninguna ronda buena (fallida: 1, colgada: 2)"


def test_rows_that_were_acknowledged_and_lost_stand_under_the_table() -> None:
    (table,) = fault_tables(Rows([of("asyncpg", 3000, acknowledged_lost=598)]))
    assert any("asyncpg: 598 rows" in text(note) for note in table.notes)
    assert text(table.title).endswith("the server is down for 3 s (times in ms)")


def test_the_columns_are_explained_once() -> None:
    two = [of("asyncpg", 0, fault=fault) for fault in (DOWN, Fault("kill_idle", 1.0))]
    first, last = fault_tables(Rows(two))
    assert not first.notes
    assert "Ranked by the time without service" in text(last.notes[-1])


def test_a_fault_is_no_leak() -> None:
    assert list(leak_tables(Rows([of("asyncpg", 3000)]))) == []
    assert list(fault_tables(Rows([row("asyncpg")]))) == []
