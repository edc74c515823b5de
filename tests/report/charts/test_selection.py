"""Rows that belong together share a picture; those that are bad or missing are counted."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import Any

from runner.report.charts import drawing
from runner.report.charts.drawing import Asked
from runner.results.row import MEASURED, Status
from runner.results.rows import Rows
from tests.builders import changed
from tests.report.charts.pictures import figures, lines, picture, texts, written
from tests.report.measured import SPEED, numbers, rows, spoiled


def test_settings_that_differ_are_never_mixed() -> None:
    some = rows(["asyncpg"], clients=(10, 50), leaks=(0.0,), rounds=2)
    other = [changed(row, workload="read/all") for row in some]
    alone = [changed(row, cpus="one") for row in other]
    assert list(figures([*some, *other, *alone], title="a run")) == [
        "throughput-workload_insert",
        "throughput-workload_read_all",
        "p99-workload_insert",
        "p99-workload_read_all",
        "time-workload_insert-cpus_all",
        "time-workload_read_all-cpus_all",
        "time-workload_read_all-cpus_one",
        "latency-workload_insert-cpus_all",
        "latency-workload_read_all-cpus_all",
        "latency-workload_read_all-cpus_one",
    ]


def test_adapter_without_a_pool_stands_beside_those_with_one() -> None:
    pooled = rows(["psycopg3"], leaks=(0.0,), rounds=1)
    direct = rows(["psycopg3-direct"], leaks=(0.0,), rounds=1, pooled=False)
    found = figures([*pooled, *direct], title="a run")
    assert list(found) == ["throughput", "p99", "time", "latency"]
    assert "5 connections" in written(found["time"])


def test_many_numbers_of_clients_are_spread_over_pages() -> None:
    found = figures(rows(["asyncpg"], clients=(1, 2, 5, 10, 20, 50), rounds=1), title="a run")
    assert [name for name in found if name.startswith("leak")] == [
        "leak-clients_1_to_10",
        "leak-clients_20_to_50",
    ]


def test_adapter_with_only_bad_rows_is_named_in_every_chart() -> None:
    results = spoiled(rows(), Status.HUNG, lambda row: row.contender == "psycopg3")
    for name, figure in figures(results, title="a run").items():
        assert "psycopg3, 10, 20, 50 clients" in written(figure), name
        assert any(text.startswith("psycopg3") for text in texts(figure)), name
    assert "5 hung †" in texts(figure)


def test_bad_rounds_are_not_drawn_and_are_counted() -> None:
    good = rows(rounds=5)
    results = spoiled(
        good, Status.SUSPECT, lambda row: row.contender == "asyncpg" and row.round < 3
    )
    found = figures(results, title="a run")
    (line,) = lines(found["throughput"], "asyncpg")
    assert list(line.get_ydata()) == [  # type: ignore[arg-type]
        median(numbers(results, "ops_per_s", "asyncpg", clients)) for clients in (10, 20, 50)
    ]
    for name, figure in found.items():
        assert "2 suspect" in written(figure) or "6 suspect" in written(figure), name
        for axes in figure.axes:
            assert max(axes.get_xlim()[1], axes.get_ylim()[1]) < 1e6, name


def test_interrupted_run_says_what_is_missing() -> None:
    results = [row for row in rows() if (row.round, row.conditions.clients) != (5, 50)]
    figure = picture("time", results, title="a run")
    said = written(figure)
    every = ", ".join(SPEED)
    assert f"† {every}, 50 clients: 1 of 5 rounds of each left out (1 not measured)." in said
    assert said.count("left out") == 1, "in one sentence, as it is the same of all"


def test_a_cell_that_was_planned_for_fewer_rounds_misses_none() -> None:
    results = [row for row in rows() if row.round == 1 or not row.conditions.leak]
    limited = {row.cell.id: 1 for row in results if row.conditions.leak}
    drawn = dict(drawing.figures(Rows(results), title="a run", asked=Asked(limited=limited)))
    assert "left out" not in written(drawn["leak"])
    assert "1 to 5 rounds, by the cell: median" in written(drawn["leak"])
    assert "left out" in written(dict(drawing.figures(Rows(results), title="a run"))["leak"])


def test_half_a_group_of_an_interrupted_session_is_not_drawn() -> None:
    whole = [replace(row, session=2) for row in rows(leaks=(0.0,))]
    begun = [
        replace(row, session=1, ops_per_s=1e12)
        for row in whole
        if (row.contender, row.conditions.clients, row.round) == ("asyncpg", 50, 1)
    ]
    (line,) = lines(picture("throughput", [*begun, *whole], title="a run"), "asyncpg")
    expected = median(numbers(whole, "ops_per_s", "asyncpg", 50))
    assert list(line.get_ydata())[-1] == expected  # type: ignore[arg-type]


def test_adapter_without_a_success_is_said_to_have_none() -> None:
    nothing: dict[str, Any] = {name: None for name in MEASURED if name.endswith(("_p50", "_mean"))}
    barren = rows(["asyncpg"], leaks=(0.0,), rounds=2, ok=0, total_ms_max=None, **nothing)
    found = figures([*rows(["psycopg3"], leaks=(0.0,), rounds=2), *barren], title="a run")
    assert "no success" in texts(found["time"])
