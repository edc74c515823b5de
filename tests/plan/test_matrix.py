"""The cells of a run are those that were asked for; what cannot be is said."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from runner.axes import MATRIX, Conditions, PoolSize
from runner.config.axes import Axes
from runner.config.complaints import ConfigError
from runner.plan.filters import FILTER_AXES
from runner.plan.matrix import expand
from runner.plan.plan import Cell
from runner.plan.turn_timing import LEAD_IN, TURN
from runner.report.catalogue import text
from runner.roles import Role
from tests.builders import CONTENDERS, config_of, ids, plan_of


def complaints_of(given: str, **options: Any) -> list[str]:
    """Return the complaints without their place: there is no file here."""
    with pytest.raises(ConfigError) as caught:
        expand(config_of(given), CONTENDERS, **{"affinity": True, "words": text, **options})
    return [it.removeprefix("configuration: ") for it in caught.value.complaints]


# --- product, include, exclude --------------------------------------------------------------


NO_CORE = (
    "a cell cannot have a core of its own here: that takes two usable cores, and a platform"
    " that can keep a process on one"
)


def test_every_combination_is_a_cell_and_groups_stand_together() -> None:
    plan = plan_of("matrix: {adapter: [psycopg3, asyncpg], clients: [10, 50], leak: [0, 0.5]}")
    assert ids(plan) == [
        "psycopg3-insert-c10-p5",
        "asyncpg-insert-c10-p5",
        "psycopg3-insert-c10-p5-leak0.5",
        "asyncpg-insert-c10-p5-leak0.5",
        "psycopg3-insert-c50-p5",
        "asyncpg-insert-c50-p5",
        "psycopg3-insert-c50-p5-leak0.5",
        "asyncpg-insert-c50-p5-leak0.5",
    ]
    assert plan.left_out == ()


def test_a_cell_carries_everything_that_its_measurement_depends_on() -> None:
    (cell,) = plan_of(
        """
        matrix: {adapter: psycopg3, clients: 7, leak: 0.25, workload: hold, cpus: one}
        pool: {min_size: 1, max_size: 4, timeout: 2s}
        duration: 3s
        warmup: 1s
        error_pause: 20ms
        think_time: 30ms
        hold: 40ms
        leak_reference: keep
        """,
        affinity=True,
    ).cells
    assert cell == Cell(
        "psycopg3",
        Conditions(
            profile="equal",
            workload="hold",
            cpus="one",
            clients=7,
            pool_size=PoolSize(1, 4),
            acquire_timeout=2.0,
            error_pause=0.02,
            think_time=0.03,
            hold=0.04,
            leak=0.25,
            leak_reference="keep",
            warmup=1.0,
            duration=3.0,
            operations_per_client=None,
            turn=TURN["all"],
            lead_in=LEAD_IN["all"],
            uncut=0.5,
        ),
        Role.ADAPTER,
    )
    assert cell.id == "psycopg3-hold-c7-p1to4-leak0.25-one"
    assert cell.group == "hold-c7-p1to4-leak0.25-one"


def test_a_pool_without_min_size_is_filled_from_the_start() -> None:
    (cell,) = plan_of("{matrix: {adapter: psycopg3}, pool: {max_size: 8}}").cells
    assert cell.conditions.pool_size == PoolSize(8, 8)


def test_pool_size_sets_both_sizes() -> None:
    plan = plan_of(
        "{matrix: {adapter: psycopg3, pool_size: [2, 9]}, pool: {min_size: 1, max_size: 4}}"
    )
    assert [cell.conditions.pool_size for cell in plan.cells] == [(2, 2), (9, 9)]


def test_what_is_included_takes_the_rest_from_the_matrix() -> None:
    plan = plan_of("""
        matrix: {adapter: psycopg3, clients: [10, 20], workload: read}
        include:
          - {clients: 500, leak: [0, 1]}
          - {adapter: asyncpg, pool_size: 3}
    """)
    assert ids(plan) == [
        "psycopg3-read-c10-p5",
        "psycopg3-read-c20-p5",
        "psycopg3-read-c500-p5",
        "psycopg3-read-c500-p5-leak1",
        "asyncpg-read-c10-p3",
        "asyncpg-read-c20-p3",
    ]


def test_a_cell_that_is_asked_for_twice_is_measured_once() -> None:
    plan = plan_of("{matrix: {adapter: psycopg3, clients: [1, 2]}, include: [{clients: [2, 3]}]}")
    assert [cell.conditions.clients for cell in plan.cells] == [1, 2, 3]


def test_a_cell_is_excluded_only_where_every_axis_matches() -> None:
    plan = plan_of("""
        matrix: {adapter: [psycopg3, asyncpg], clients: [10, 50], leak: [0, 1]}
        exclude:
          - {adapter: asyncpg, leak: 1}
          - {clients: [50, 60], leak: 0}
    """)
    assert ids(plan) == [
        "psycopg3-insert-c10-p5",
        "asyncpg-insert-c10-p5",
        "psycopg3-insert-c10-p5-leak1",
        "psycopg3-insert-c50-p5-leak1",
    ]


def test_what_is_included_can_be_excluded() -> None:
    plan = plan_of("""
        matrix: {adapter: psycopg3, pool_size: 5}
        include: [{pool_size: [6, 7]}]
        exclude: [{pool_size: 6}]
    """)
    assert [cell.conditions.pool_size for cell in plan.cells] == [(5, 5), (7, 7)]


# --- rounds ---------------------------------------------------------------------------------


def limits(given: str) -> dict[str, int]:
    return {cell.id: rounds for cell, rounds in plan_of(given).limited.items()}


def test_cells_that_leak_are_measured_in_the_first_rounds_alone() -> None:
    given = "{rounds: 8, leak_rounds: %s, matrix: {adapter: psycopg3, leak: [0, 0.5]}}"
    assert limits(given % 2) == {"psycopg3-insert-c10-p5-leak0.5": 2}
    assert limits(given % 8) == limits(given % "null") == {}, "that is every round"


def test_included_cells_are_measured_in_the_first_rounds_alone() -> None:
    assert limits("""
        rounds: 8
        leak_rounds: 3
        matrix: {adapter: psycopg3, clients: [10, 20]}
        include:
          - {clients: [20, 30], rounds: 2}
          - {clients: [30, 40], rounds: 4}
          - {clients: 50, leak: 1, rounds: 5}
          - {clients: 60, leak: 1, rounds: 1}
    """) == {
        "psycopg3-insert-c30-p5": 4,
        "psycopg3-insert-c40-p5": 4,
        "psycopg3-insert-c50-p5-leak1": 3,
        "psycopg3-insert-c60-p5-leak1": 1,
    }, "a cell that the matrix has too is measured in every round"


def test_a_run_until_it_is_precise_limits_the_same_cells() -> None:
    given = "{precision: 5%, leak_rounds: 30, matrix: {adapter: psycopg3, leak: [0, 1]}}"
    assert limits(given) == {"psycopg3-insert-c10-p5-leak1": 30}


# --- what cannot be -------------------------------------------------------------------------


def test_an_adapter_without_a_pool_is_left_out_of_leaks_by_name() -> None:
    plan = plan_of("matrix: {adapter: [psycopg3, psycopg3-direct], leak: [0, 0.5]}")
    assert ids(plan) == [
        "psycopg3-insert-c10-p5",
        "psycopg3-direct-insert-c10-p5",
        "psycopg3-insert-c10-p5-leak0.5",
    ]
    (out,) = plan.left_out
    assert out.cell.id == "psycopg3-direct-insert-c10-p5-leak0.5"
    assert text(out.reason) == "psycopg3-direct has no pool to leak from (leak 0.5)"


def test_a_shared_connection_is_left_out_of_transactions_by_name() -> None:
    plan = plan_of("matrix: {adapter: [psycopg3-direct, psycopg3-shared], workload: [read, transaction]}")  # fmt: skip  # noqa: E501
    (out,) = plan.left_out
    assert out.cell.id == "psycopg3-shared-transaction-c10-p5"
    assert text(out.reason) == (
        "psycopg3-shared cannot give two clients a transaction each (workload transaction)"
    )
    assert "psycopg3-direct-transaction-c10-p5" in ids(plan)


def test_an_adapter_is_left_out_of_a_profile_that_it_does_not_know_by_name() -> None:
    plan = plan_of("matrix: {adapter: [psycopg3, psycopg2-simple], profile: [equal, stock]}")
    (out,) = plan.left_out
    assert out.cell.id == "psycopg2-simple-insert-c10-p5-stock"
    assert text(out.reason) == "psycopg2-simple does not know the profile stock (only equal)"
    assert "psycopg3-insert-c10-p5-stock" in ids(plan)


def test_an_adapter_without_a_pool_is_left_out_only_where_a_size_was_asked_for() -> None:
    plan = plan_of("""
        matrix: {adapter: [psycopg3, psycopg3-direct]}
        include: [{pool_size: [5, 6]}]
    """)
    assert ids(plan) == [
        "psycopg3-insert-c10-p5",
        "psycopg3-direct-insert-c10-p5",
        "psycopg3-insert-c10-p6",
    ]
    (out,) = plan.left_out
    assert text(out.reason) == "psycopg3-direct has no pool that could have a size (pool_size 6)"


def test_an_adapter_of_which_nothing_is_left_is_refused() -> None:
    given = "matrix: {adapter: [psycopg3, psycopg3-shared], leak: 1, workload: transaction}"
    (complaint,) = complaints_of(given)
    assert complaint == (
        "matrix.adapter[1]: nothing is left of psycopg3-shared: psycopg3-shared cannot give two"
        " clients a transaction each (workload transaction) and has no pool to leak from (leak 1)"
    )


def test_an_adapter_that_is_excluded_wholly_is_refused() -> None:
    text = "{matrix: {adapter: [psycopg3, asyncpg]}, exclude: [{adapter: asyncpg}]}"
    assert complaints_of(text) == [
        "matrix.adapter[1]: nothing is left of asyncpg: exclude leaves out all its cells"
    ]


def test_an_empty_matrix_is_refused() -> None:
    text = "{matrix: {adapter: [psycopg3, asyncpg]}, exclude: [{workload: insert}]}"
    assert complaints_of(text) == ["exclude: leaves nothing of the matrix"]


def test_a_platform_without_affinity_refuses_one_core() -> None:
    text = """
        matrix: {adapter: psycopg3, cpus: [all, one]}
        include: [{clients: 3, cpus: one}]
        exclude: [{clients: 4, cpus: one}]
    """
    assert complaints_of(text, affinity=False) == [
        f"matrix.cpus[1]: {NO_CORE}",
        f"include[0].cpus[0]: {NO_CORE}",
    ]
    assert len(expand(config_of(text), CONTENDERS, affinity=True).cells) == 3


def test_without_glibc_a_fresh_allocator_is_refused_where_it_is_listed() -> None:
    text = """
        matrix: {adapter: psycopg3, allocator: [settled, fresh]}
        include: [{clients: 3, allocator: fresh}]
        exclude: [{clients: 4, allocator: fresh}]
    """
    with pytest.raises(ConfigError) as refused:
        expand(config_of(text), CONTENDERS, affinity=True, glibc=False)
    sentence = "this platform's C library is not glibc: every process is as it comes; leave it out"
    assert [str(text).removeprefix("configuration: ") for text in refused.value.complaints] == [
        f"matrix.allocator[1]: {sentence}",
        f"include[0].allocator[0]: {sentence}",
    ]
    settled = config_of("matrix: {adapter: psycopg3}")
    (cell,) = expand(settled, CONTENDERS, affinity=True, glibc=False).cells
    assert cell.conditions.allocator == "settled"


def test_everything_that_cannot_be_is_said_at_once() -> None:
    said = complaints_of(
        """
        matrix: {adapter: [psycopg3-direct], leak: 1, cpus: one, workload: insert}
        include: [{adapter: psycopg3, leak: 0}]
        """,
        affinity=False,
    )
    assert [text.split(":")[0] for text in said] == [
        "matrix.cpus[0]",
        "matrix.adapter[0]",
    ]


def test_more_cells_than_anybody_can_want_are_refused_before_they_are_made() -> None:
    clients = ", ".join(map(str, range(1, 5001)))
    text = f"matrix: {{adapter: [psycopg3, asyncpg], clients: [{clients}], leak: [0, 1]}}"
    assert complaints_of(text) == ["matrix: must be at most 10000 cells in a round, is 20000"]


@pytest.mark.parametrize("pair", ['"m.n:C", m.n.C', "asyncpg, ASYNCPG"])
def test_adapters_whose_files_would_have_one_name_are_refused(pair: str) -> None:
    (complaint,) = complaints_of(f"matrix: {{adapter: [{pair}]}}")
    assert complaint.startswith("matrix.adapter[1]: ")
    assert complaint.endswith(" are too alike as names of files")


def test_every_axis_of_the_config_is_known_to_the_conditions() -> None:
    assert set(Axes.model_fields) == {*MATRIX, "adapter"} == set(FILTER_AXES)
    assert set(MATRIX) <= {field.name for field in fields(Conditions)}
