"""Thresholds: their spelling, the cells that they are about, and their outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.thresholds import NO_GOOD_ROUND, NOT_MEASURED, Threshold, checked, judge
from runner.config.complaints import ConfigError, Places
from runner.results.row import Row, Status
from runner.results.rows import Rows
from runner.roles import CONTROL
from tests.builders import cell, row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CELL = cell("psycopg3")
CELLS = [
    cell(contender, clients=clients)
    for clients in (10, 50)
    for contender in ("psycopg3", "asyncpg", CONTROL)
]


def read(thresholds: Mapping[str, Sequence[str]]) -> list[Threshold]:
    return checked(thresholds, CELLS, Places().complaint)


def refused(thresholds: Mapping[str, Sequence[str]]) -> list[str]:
    with pytest.raises(ConfigError) as error:
        read(thresholds)
    return error.value.complaints


def rows(*rates: float | None, **given: Any) -> list[Row]:
    return [
        row(round=number, **{"ops_per_s": rate, "failed_share": 0.0, **given})
        for number, rate in enumerate(rates, 1)
    ]


@pytest.mark.parametrize(
    ("selector", "cells"),
    [
        ("", ["psycopg3 10", "asyncpg 10", "psycopg3 50", "asyncpg 50"]),
        ("all", ["psycopg3 10", "asyncpg 10", "psycopg3 50", "asyncpg 50"]),
        ("adapter=psycopg3", ["psycopg3 10", "psycopg3 50"]),
        ("adapter=psycopg3  clients=50 pool_size=5", ["psycopg3 50"]),
        ("clients=10,50 adapter=asyncpg", ["asyncpg 10", "asyncpg 50"]),
    ],
)
def test_a_selector_names_cells_and_never_the_control(selector: str, cells: list[str]) -> None:
    (threshold,) = read({selector: ["ops_per_s > 1000"]})
    names = {cell.id: f"{cell.contender} {cell.conditions.clients}" for cell in CELLS}
    assert [names[cell] for cell in threshold.cells] == cells
    assert str(threshold.condition) == "ops_per_s > 1000"


@pytest.mark.parametrize(
    ("selector", "sentence"),
    [
        ("adaptor=psycopg3", "the axis one of workload, profile, cpus, allocator, clients, "),
        ("adaptor=psycopg3", "(did you mean adapter?)"),
        ("clients", "must be axis=value"),
        ("clients=20", "thresholds.clients=20: clients=20: no cell has it; there are 10, 50"),
        ("adapter=asyncpgg", "(did you mean asyncpg?)"),
        ("adapter=control", "no cell has it; there are psycopg3, asyncpg"),
    ],
)
def test_a_selector_without_a_cell_is_refused(selector: str, sentence: str) -> None:
    (complaint,) = refused({selector: ["ops_per_s > 1000"]})
    assert sentence in complaint
    assert "--only" not in complaint


def test_a_combination_that_no_cell_has_is_refused() -> None:
    cells = [CELL, cell("asyncpg", clients=50)]
    with pytest.raises(ConfigError, match=r"adapter=asyncpg clients=10: no cell is all of this"):
        checked({"adapter=asyncpg clients=10": ["ok > 1"]}, cells, Places().complaint)


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ("ops_per_s", "must be COLUMN OPERATOR NUMBER such as ops_per_s > 1000, is 'ops_per_s'"),
        ("ops_per_s > 1000 fast", "must be COLUMN OPERATOR NUMBER"),
        ("ops_per_sec > 1000", "is 'ops_per_sec' (did you mean ops_per_s?)"),
        ("adapter == 1", "must begin with a column of measured numbers such as ops_per_s"),
        ("ops_per_s => 1", "the operator must be one of < <= > >= == !=, is '=>'"),
        ("ops_per_s = 1", "the operator must be one of < <= > >= == !=, is '='"),
        ("total_ms_p99 < 50ms", "must end with a finite number without a unit, is '50ms'"),
        ("total_ms_p99 < nan", "must end with a finite number without a unit, is 'nan'"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(condition: str, sentence: str) -> None:
    (complaint,) = refused({"all": ["ok > 1", condition]})
    assert complaint.startswith("configuration: thresholds.all[1]: ")
    assert sentence in complaint


def test_everything_that_is_wrong_is_said_at_once() -> None:
    complaints = refused({"clients=20": ["opps > 1", "ok >> 1"], "all": []})
    assert len(complaints) == 4
    assert complaints[-1].endswith("thresholds.all: must have at least one condition")


@pytest.mark.parametrize(
    ("condition", "passed"),
    [
        ("ops_per_s < 20", False),
        ("ops_per_s <= 20", True),
        ("ops_per_s > 19.5", True),
        ("ops_per_s >= 2e1", True),
        ("ops_per_s == 20", True),
        ("ops_per_s != 20", False),
        ("failed_share == 0", True),
    ],
)
def test_the_median_of_the_rounds_is_judged(condition: str, *, passed: bool) -> None:
    thresholds = read({"adapter=psycopg3 clients=10": [condition]})
    (judged,) = judge(thresholds, Rows(rows(10.0, 20.0, 300.0)))
    assert judged.passed is passed


def test_bad_rounds_do_not_count() -> None:
    thresholds = read({"adapter=psycopg3 clients=10": ["ops_per_s > 15"]})
    bad = row(round=4, ops_per_s=1.0, status=Status.SUSPECT)
    (judged,) = judge(thresholds, Rows([*rows(20.0, 30.0), bad]))
    assert (judged.value, judged.passed) == (25, True)


def test_an_empty_column_fails() -> None:
    thresholds = read({"adapter=psycopg3 clients=10": ["total_ms_p99 < 50"]})
    (judged,) = judge(thresholds, Rows(rows(20.0)))
    assert (judged.value, judged.passed, judged.reason) == (None, False, NOT_MEASURED)


@pytest.mark.parametrize("given", [[], rows(20.0, status=Status.CRASHED)])
def test_a_cell_without_a_good_round_fails(given: list[Row]) -> None:
    thresholds = read({"adapter=psycopg3 clients=10": ["ops_per_s > 15"]})
    (judged,) = judge(thresholds, Rows(given))
    assert (judged.passed, judged.reason) == (False, NO_GOOD_ROUND)


def test_a_file_keeps_the_reason_of_a_threshold_that_could_not_be_judged() -> None:
    (judged,) = judge(read({"adapter=psycopg3 clients=10": ["ops_per_s > 15"]}), Rows([]))
    assert judged.columns() == {
        "cell": CELL.id,
        "condition": "ops_per_s > 15",
        "value": None,
        "passed": False,
        "reason": "threshold.no_good_round",
        "reason_facts": "{}",
    }


def test_a_cell_that_was_not_to_be_measured_is_not_judged() -> None:
    judged = judge(read({"all": ["ops_per_s > 15"]}), Rows(rows(20.0)), cells={CELL.id})
    assert [(one.cell, one.passed) for one in judged] == [(CELL.id, True)]
