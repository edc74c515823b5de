"""Thresholds: their spelling, the cells that they are about, and their outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.thresholds import (
    NO_ROUND,
    NOT_MEASURED,
    Judged,
    Threshold,
    checked,
    judge,
    judged_of,
)
from runner.config.complaints import ConfigError, Places
from runner.messages import said
from runner.report.catalogue import text
from runner.results import csv_file
from runner.results.row import Row, Status
from runner.results.rows import Rows
from runner.roles import CONTROL
from tests.builders import cell, row, turn_row

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
    thresholds = read({"adapter=psycopg3 clients=10": ["loop_lag_ms_max < 50"]})
    (judged,) = judge(thresholds, Rows(rows(20.0)))
    assert (judged.value, judged.passed, judged.reason) == (None, False, NOT_MEASURED)


@pytest.mark.parametrize(
    ("condition", "given", "turns", "sentence"),
    [
        (
            "total_ms_p999 < 50",
            {"ok": 3000, "duration": 0.9},
            [],
            "3000 samples a round, 10000 are needed: duration: 3s would do",
        ),
        (
            "total_ms_p99 < 50",
            {"ok": 400, "operations_per_client": 40},
            [],
            "400 samples a round, 1000 are needed: operations_per_client: 100 would do",
        ),
        (
            "failed_ms_p50 < 50",
            {"ok": 4990, "duration": 0.5},
            [],
            "10 samples a round, 20 are needed: duration: 1s would do",
        ),
        (
            "total_ms_p99 < 50",
            {"ok": 9000},
            [{"turn": 1, "seconds": 0.06, "ok": 80}, {"turn": 14, "seconds": 0.5, "uncut": True}],
            "600 samples a round, 1000 are needed: uncut: 1s would do",
        ),
        ("total_ms_p99 < 50", {"ok": 0}, [], "no sample"),
    ],
)
def test_a_percentile_that_is_empty_says_how_long_to_run(
    condition: str, given: dict[str, Any], turns: list[dict[str, Any]], sentence: str
) -> None:
    measured = rows(20.0, **given)
    thresholds = [Threshold("", read({"": [condition]})[0].condition, (measured[0].cell.id,))]
    whole = Rows(measured, [turn_row(measured[0], **{"ok": 600, **changes}) for changes in turns])
    (judged,) = judge(thresholds, whole)
    assert text(judged.reason) == sentence


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], "no round was measured"),
        (rows(20.0, status=Status.CRASHED, reason=said("signal 11")), "crashed in round 1: signal"),
    ],
)
def test_a_cell_without_a_good_round_fails_and_says_what_became_of_it(
    given: list[Row], sentence: str
) -> None:
    thresholds = read({"adapter=psycopg3 clients=10": ["ops_per_s > 15"]})
    (judged,) = judge(thresholds, Rows(given))
    assert not judged.passed
    assert text(judged.reason).startswith(sentence)


def test_a_file_keeps_the_reason_of_a_threshold_that_could_not_be_judged() -> None:
    (judged,) = judge(read({"adapter=psycopg3 clients=10": ["ops_per_s > 15"]}), Rows([]))
    assert judged.columns() == {
        "cell": CELL.id,
        "condition": "ops_per_s > 15",
        "value": None,
        "passed": False,
        "reason": NO_ROUND.id,
        "reason_facts": "{}",
    }


def test_a_cell_that_was_not_to_be_measured_is_not_judged() -> None:
    judged = judge(read({"all": ["ops_per_s > 15"]}), Rows(rows(20.0)), cells={CELL.id})
    assert [(one.cell, one.passed) for one in judged] == [(CELL.id, True)]


def test_what_was_judged_comes_back_from_its_file_as_it_was() -> None:
    judged = [
        Judged("a cell", "ops_per_s > 1", 5200.5, passed=True),
        Judged("another", "ops_per_s > 1", None, passed=False, reason=NO_ROUND),
    ]
    text_ = csv_file.table([it.columns() for it in judged])
    assert csv_file.parse(text_, judged_of) == judged
