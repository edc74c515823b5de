"""The details of a cell: its times part by part, and its errors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.report.catalogue import text
from runner.report.cell_details import cell_details
from runner.results.distribution import Distribution
from runner.results.rows import Rows
from tests.report.measured import rows, times

if TYPE_CHECKING:
    from runner.results.row import Row


def distributions(parts: dict[str, float]) -> list[Distribution]:
    """Return 2,000 times of each part, around so many milliseconds."""
    return [Distribution(part, times(middle)) for part, middle in parts.items()]


def measured() -> list[Row]:
    return rows(["psycopg2", "psycopg3"], clients=(10, 50), leaks=(0.0,), rounds=2)


def test_the_times_of_a_cell_are_a_table_with_the_whole_first() -> None:
    of = measured()[0].cell.id
    details = cell_details(Rows(measured()), {of: distributions({"wait": 1.0, "total": 10.0})})
    lines = [[text(cell) for cell in row.cells] for row in details[of].times.rows]
    assert lines == [
        ["the whole", "2,000", "10", "14", "14.9", "–", "15"],  # noqa: RUF001
        ["wait for a connection", "2,000", "1", "1.4", "1.49", "–", "1.5"],  # noqa: RUF001
    ]
    assert text(details[of].title) == "psycopg2, 10 clients"


def test_a_picture_has_the_bars_and_marks_what_the_table_says() -> None:
    of = measured()[0].cell.id
    (picture,) = cell_details(Rows(measured()), {of: distributions({"total": 10.0})})[of].pictures
    assert sum(picture.counts) == 2000
    assert round(picture.marks["p50"], 1) == 10.0
    assert round(picture.marks["p99"], 1) == 14.9


def test_a_cell_without_times_or_errors_has_no_details() -> None:
    of_all = cell_details(Rows(measured()), {})
    assert {it.partition("-")[0] for it in of_all} == {"psycopg2"}, "only its operations failed"
    assert all(not it.pictures and it.errors for it in of_all.values())


def test_errors_are_those_of_all_rounds_the_most_frequent_first() -> None:
    first, *rest = rows(["psycopg3"], clients=(10,), leaks=(0.0,), rounds=2)
    said = '{"pool_timeout": "PoolTimeout: late"}'
    failed = [replace(it, pool_timeout=3, query_failed=1, examples=said) for it in (first, *rest)]
    (details,) = cell_details(Rows(failed), {}).values()
    assert [text(it) for it in details.errors] == [
        "psycopg3: pool_timeout 6x: PoolTimeout: late",
        "psycopg3: query_failed 2x",
    ]
