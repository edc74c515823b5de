"""Rule 12: whom a fault left without service for the shortest and the longest time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.analysis.answer.faults import faults
from runner.fault import Fault
from runner.results.row import Status
from tests.analysis.runs import row, said, scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.row import Row

DOWN, KILLED = Fault("down", 1.0, 3.0), Fault("kill_idle", 1.0)


def of(name: str, *unavailable: float, fault: Fault = DOWN, **changes: Any) -> list[Row]:
    columns = {
        "fault": fault,
        "duration": 9.0,
        "failed_after_fault": 0,
        "recovered": True,
        "acknowledged_lost": 0,
    }
    return [
        row(name, number, 1000.0, **{**columns, "unavailable_ms": it, **changes})
        for number, it in enumerate(unavailable, 1)
    ]


def sentences(*rows: Row) -> Sequence[str]:
    return said(faults(scope(*rows)))


def test_the_shortest_and_the_longest_time_are_told_by_the_median_over_the_rounds() -> None:
    rows = [
        *of("psycopg3", 6000, 7000, 6500),
        *of("asyncpg", 3100, 9000, 3100),
        *of("psycopg2-queued", 3100, 3100, 3100),
        *of("psycopg3-async", 4000, 4000, 4000),
    ]
    (sentence,) = sentences(*rows)
    assert sentence == (
        "When the server is down for 3 s, nothing was served for 3.1 s by asyncpg and"
        " psycopg2-queued, and for 6.5 s by psycopg3."
    )


def test_who_never_recovered_lost_rows_or_ended_is_named() -> None:
    rows = [
        *of("psycopg3", 9000, recovered=False),
        *of("asyncpg", 3100, acknowledged_lost=3),
        *of("psycopg2-queued", 3100, status=Status.HUNG),
    ]
    _, never, lost, ended = sentences(*rows)
    assert never == (
        "When the server is down for 3 s, psycopg3 did not come back to 80 % of its rate before"
        " within 5 s in any round."
    )
    assert lost == (
        "When the server is down for 3 s, 3 rows of asyncpg were lost of which its clients had"
        " been told that they were written."
    )
    assert ended == (
        "When the server is down for 3 s, psycopg2-queued has rounds that are not ok: see below."
    )


def test_a_fault_that_stops_nobody_is_said_to_be_one() -> None:
    rows = [*of("psycopg3", 0, fault=KILLED), *of("asyncpg", 0, fault=KILLED)]
    (sentence,) = sentences(*rows)
    assert sentence == (
        "When idle connections are ended, every adapter went on serving: something succeeded in"
        " each tenth of a second."
    )


def test_who_goes_on_serving_is_told_from_who_does_not() -> None:
    rows = [*of("psycopg3", 0, fault=KILLED), *of("asyncpg", 100, fault=KILLED)]
    (sentence,) = sentences(*rows)
    assert sentence == (
        "When idle connections are ended, psycopg3 went on serving, and nothing was served for"
        " 0.1 s by asyncpg."
    )


def test_without_a_fault_nothing_is_said() -> None:
    assert sentences(row("psycopg3", 1, 1000.0)) == []
