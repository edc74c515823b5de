"""The history of cells has a value of each run that has one, and says where the driver changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.analysis.history import lines
from runner.analysis.measured_run import MeasuredRun
from runner.metrics import SHARE_OF_LIMIT, SPEED, TOTAL_P99
from runner.results.rows import Rows
from runner.roles import LIMIT
from tests.analysis.runs import rows

if TYPE_CHECKING:
    from runner.results.row import Row


def run(name: str, *measured: list[Row], version: str = "1") -> MeasuredRun:
    of_run = [replace(it, driver_version=version) for part in measured for it in part]
    return MeasuredRun(name, Rows(of_run))


def limit() -> list[Row]:
    return rows(LIMIT, [2000.0, 2000.0], clients=5)


def test_a_line_has_the_mean_over_the_rounds_of_each_run() -> None:
    runs = [run("1", rows("psycopg3", [100.0, 400.0])), run("2", rows("psycopg3", [300.0]))]
    (line,) = lines(runs, SPEED)
    assert [it and it.value for it in line.points] == [pytest.approx(200.0), pytest.approx(300.0)]
    assert line.cell == "psycopg3-insert-c10-p5"


def test_the_limit_of_each_run_is_what_its_share_is_of() -> None:
    runs = [run("1", rows("psycopg3", [500.0, 500.0]), limit()), run("2", rows("psycopg3", [9.0]))]
    (line,) = lines(runs, SHARE_OF_LIMIT)
    first, second = line.points
    assert first
    assert first.value == pytest.approx(0.25)
    assert second
    assert second.value is None
    assert second.reason


def test_a_run_that_lacks_a_cell_has_no_point() -> None:
    runs = [run("1", rows("psycopg3", [9.0])), run("2", rows("asyncpg", [9.0]))]
    assert [[bool(it) for it in line.points] for line in lines(runs, TOTAL_P99)] == [
        [True, False],
        [False, True],
    ]


def test_another_version_is_new_in_the_run_where_it_begins() -> None:
    measured = rows("psycopg3", [9.0])
    runs = [run(name, measured, version=of) for name, of in (("1", "1"), ("2", "2"), ("3", "2"))]
    gap = run("gap", rows("asyncpg", [9.0]))
    (line, _) = lines([runs[0], gap, *runs[1:]], SPEED)
    assert [it and it.is_new for it in line.points] == [False, None, True, False]
    assert [it and it.version for it in line.points] == [
        "psycopg 1",
        None,
        "psycopg 2",
        "psycopg 2",
    ]


def test_a_cell_that_leaks_has_no_line() -> None:
    assert not lines([run("1", rows("psycopg3", [9.0], leak=1.0))], SPEED)
