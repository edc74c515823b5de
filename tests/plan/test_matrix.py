"""The cells of a run are those that were asked for, in an order that can be had again."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.base import Traits, WhenExhausted
from runner.config.axes import Axes
from runner.config.complaints import ConfigError
from runner.config.loading import load
from runner.config.model import Config
from runner.plan.filters import only
from runner.plan.matrix import expand
from runner.plan.plan import ORDER, TURN, Cell, Plan, order

CONFIGS = Path(__file__).parents[2] / "configs"

WAITS = Traits(WhenExhausted.WAITS)
RAISES = Traits(WhenExhausted.RAISES)
DIRECT = Traits(WhenExhausted.NEVER, bounded=False)
SHARED = Traits(WhenExhausted.NEVER, transactions=False)
TRAITS = {
    "psycopg2-simple": Traits(WhenExhausted.RAISES, bounded=False, thread_safe=False),
    "psycopg2": RAISES,
    "psycopg2-queued": WAITS,
    "psycopg2-direct": DIRECT,
    "psycopg3": WAITS,
    "psycopg3-async": WAITS,
    "psycopg3-null": WAITS,
    "psycopg3-direct": DIRECT,
    "psycopg3-shared": SHARED,
    "asyncpg": WAITS,
    "asyncpg-direct": DIRECT,
    "m.n:C": WAITS,
    "m.n.C": WAITS,
    "ASYNCPG": WAITS,
}


def config_of(text: str) -> Config:
    return Config.model_validate(yaml.safe_load(text))


def plan_of(text: str) -> Plan:
    return expand(config_of(text), TRAITS, affinity=True)


def complaints_of(text: str, **options: Any) -> list[str]:
    """Return what is wrong, without the place: there is no file here."""
    with pytest.raises(ConfigError) as caught:
        expand(config_of(text), TRAITS, **{"affinity": True, **options})
    return [text.removeprefix("configuration: ") for text in caught.value.complaints]


def ids(plan: Plan) -> list[str]:
    return [cell.id for cell in plan.cells]


# --- product, include, exclude --------------------------------------------------------------


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
    (cell,) = plan_of("""
        matrix: {adapter: psycopg3, clients: 7, leak: 0.25, workload: hold, cpus: one}
        pool: {min_size: 1, max_size: 4, timeout: 2s}
        duration: 3s
        warmup: 1s
        error_pause: 20ms
        think_time: 30ms
        hold: 40ms
        leak_reference: keep
    """).cells
    assert cell == Cell(
        adapter="psycopg3",
        profile="equal",
        workload="hold",
        cpus="one",
        clients=7,
        pool_min=1,
        pool_max=4,
        acquire_timeout=2.0,
        error_pause=0.02,
        think_time=0.03,
        hold=0.04,
        leak=0.25,
        leak_reference="keep",
        warmup=1.0,
        duration=3.0,
        operations_per_client=None,
        turn=TURN["one"],
        lead_in=0.1,
    )
    assert cell.id == "psycopg3-hold-c7-p1to4-leak0.25-one"
    assert cell.group == "hold-c7-p1to4-leak0.25-one"


def test_a_pool_without_min_size_is_filled_from_the_start() -> None:
    (cell,) = plan_of("{matrix: {adapter: psycopg3}, pool: {max_size: 8}}").cells
    assert (cell.pool_min, cell.pool_max, cell.pool_size) == (8, 8, 8)


def test_pool_size_sets_both_sizes() -> None:
    plan = plan_of(
        "{matrix: {adapter: psycopg3, pool_size: [2, 9]}, pool: {min_size: 1, max_size: 4}}"
    )
    assert [(cell.pool_min, cell.pool_max) for cell in plan.cells] == [(2, 2), (9, 9)]


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
    assert [cell.clients for cell in plan.cells] == [1, 2, 3]


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
    assert [cell.pool_size for cell in plan.cells] == [5, 7]


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
    assert out.reason == "psycopg3-direct has no pool to leak from (leak 0.5)"


def test_a_shared_connection_is_left_out_of_transactions_by_name() -> None:
    plan = plan_of("matrix: {adapter: [psycopg3-direct, psycopg3-shared], workload: [read, transaction]}")  # fmt: skip  # noqa: E501
    (out,) = plan.left_out
    assert out.cell.id == "psycopg3-shared-transaction-c10-p5"
    assert out.reason == (
        "psycopg3-shared cannot give two clients a transaction each (workload transaction)"
    )
    assert "psycopg3-direct-transaction-c10-p5" in ids(plan)


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
    assert out.reason == "psycopg3-direct has no pool that could have a size (pool_size 6)"


def test_an_adapter_of_which_nothing_is_left_is_refused() -> None:
    text = "matrix: {adapter: [psycopg3, psycopg3-shared], leak: 1, workload: transaction}"
    (complaint,) = complaints_of(text)
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
        "matrix.cpus[1]: this platform cannot keep a process on one core",
        "include[0].cpus[0]: this platform cannot keep a process on one core",
    ]
    assert len(expand(config_of(text), TRAITS, affinity=True).cells) == 3


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


# --- names ----------------------------------------------------------------------------------


def test_no_two_cells_of_a_plan_share_a_name() -> None:
    plan = plan_of("""
        matrix:
          adapter: [psycopg3, psycopg3-async, "m.n:C"]
          clients: [1, 11]
          pool_size: [1, 11]
          leak: [0, 0.1, 0.10000001, 0.00001, 1]
          workload: [read, list]
          cpus: [all, one]
    """)
    assert len(set(ids(plan))) == len(plan.cells) == 3 * 2 * 2 * 5 * 2 * 2
    assert all(
        set(cell.id) <= set("abcdefghijklmnopqrstuvwxyzC0123456789.-") for cell in plan.cells
    )


@pytest.mark.parametrize("pair", ['"m.n:C", m.n.C', "asyncpg, ASYNCPG"])
def test_adapters_whose_files_would_have_one_name_are_refused(pair: str) -> None:
    (complaint,) = complaints_of(f"matrix: {{adapter: [{pair}]}}")
    assert complaint.startswith("matrix.adapter[1]: ")
    assert complaint.endswith(" are too alike as names of files")


def test_cells_of_one_group_differ_only_in_the_adapter() -> None:
    plan = plan_of("""
        matrix: {adapter: [psycopg3, asyncpg, psycopg2], clients: [1, 2], cpus: [all, one]}
        include: [{adapter: [asyncpg, psycopg2], leak: 1}]
    """)
    groups = plan.groups()
    assert [len(cells) for cells in groups.values()] == [3, 3, 3, 3, 2, 2, 2, 2]
    assert [cell for cells in groups.values() for cell in cells] == list(plan.cells)
    for name, cells in groups.items():
        assert len({replace(cell, adapter="") for cell in cells}) == 1
        assert {cell.group for cell in cells} == {name}
        assert [cell.id for cell in cells] == [f"{cell.adapter}-{name}" for cell in cells]


def test_every_axis_of_the_config_is_known_to_a_cell() -> None:
    assert set(ORDER) == set(Axes.model_fields)
    names = {field.name for field in fields(Cell)} | {"pool_size"}
    assert set(ORDER) <= names


# --- only -----------------------------------------------------------------------------------

WIDE = """
    matrix: {adapter: [psycopg3, psycopg3-direct, asyncpg], clients: [10, 20, 50], leak: [0, 1]}
"""


def test_a_filter_keeps_what_it_names() -> None:
    plan = only(plan_of(WIDE), ["adapter=asyncpg", "leak=1.0"])
    assert ids(plan) == [f"asyncpg-insert-c{clients}-p5-leak1" for clients in (10, 20, 50)]
    assert plan.left_out == ()


def test_the_same_axis_twice_is_either() -> None:
    plan = only(plan_of(WIDE), ["clients=10", "clients=50", "adapter=psycopg3-direct"])
    assert ids(plan) == ["psycopg3-direct-insert-c10-p5", "psycopg3-direct-insert-c50-p5"]
    assert [out.cell.clients for out in plan.left_out] == [10, 50]


def test_no_filter_is_everything() -> None:
    assert only(plan_of(WIDE), []) == plan_of(WIDE)


def test_wrong_filters_are_named_all_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        only(plan_of(WIDE), ["client=10", "clients=15", "leak=x", "adapter=asyncpq", "leak"])
    axes = "workload, profile, cpus, clients, pool_size, leak, adapter"
    names = "psycopg3, psycopg3-direct, asyncpg"
    assert caught.value.complaints == [
        f"--only client=10: must be axis=value, the axis one of {axes} (did you mean clients?)",
        "--only clients=15: no cell has it; there are 10, 20, 50",
        "--only leak=x: no cell has it; there are 0, 1",
        f"--only adapter=asyncpq: no cell has it; there are {names} (did you mean asyncpg?)",
        f"--only leak: must be axis=value, the axis one of {axes}",
    ]


def test_filters_that_no_cell_passes_together_are_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"^--only adapter=psycopg3-direct --only leak=1: no cell"
    ):
        only(plan_of(WIDE), ["adapter=psycopg3-direct", "leak=1"])


def test_a_pool_of_two_sizes_cannot_be_filtered_by_one() -> None:
    plan = plan_of("{matrix: {adapter: psycopg3}, pool: {min_size: 1}}")
    with pytest.raises(ConfigError, match=r"^--only pool_size=5: no cell has it; nor another$"):
        only(plan, ["pool_size=5"])


# --- order ----------------------------------------------------------------------------------


def test_a_round_holds_every_cell_once_with_groups_whole() -> None:
    plan = plan_of(WIDE)
    groups = order(plan, seed=1, round_=3)
    assert sorted(cell.id for cells in groups for cell in cells) == sorted(ids(plan))
    assert {frozenset(cells) for cells in groups} == {
        frozenset(cells) for cells in plan.groups().values()
    }


def test_the_same_seed_gives_the_same_order_and_touches_no_other_randomness() -> None:
    plan = plan_of(WIDE)
    random.seed(7)
    state = random.getstate()
    assert order(plan, seed=1, round_=0) == order(plan, seed=1, round_=0)
    assert random.getstate() == state


def test_each_round_and_each_seed_has_an_order_of_its_own() -> None:
    plan = plan_of(WIDE)
    orders = [order(plan, seed, round_) for seed in range(4) for round_ in range(4)]
    assert len({tuple(groups) for groups in orders}) == 16


def test_adapters_and_groups_are_both_shuffled() -> None:
    plan = plan_of(WIDE)
    rounds = [order(plan, 1, round_) for round_ in range(50)]
    assert {groups[0][0].group for groups in rounds} == set(plan.groups())
    first = {cells[0].adapter for groups in rounds for cells in groups}
    assert first == {"psycopg3", "psycopg3-direct", "asyncpg"}


def test_an_order_is_the_same_on_every_machine() -> None:
    """Stored seeds are worth something only as long as this list does not change."""
    plan = plan_of("matrix: {adapter: [psycopg3, asyncpg], clients: [1, 2]}")
    assert [[cell.id for cell in cells] for cells in order(plan, 20, 1)] == [
        ["asyncpg-insert-c2-p5", "psycopg3-insert-c2-p5"],
        ["asyncpg-insert-c1-p5", "psycopg3-insert-c1-p5"],
    ]


# --- what is shipped ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "cells", "groups"),
    [
        ("lesson", 18, 6),
        ("matrix", 30, 6),
        ("placement", 20, 4),
        ("pooling-or-not", 16, 2),
        ("smoke", 10, 2),
    ],
)
def test_a_shipped_config_measures_every_cell_that_it_promises(
    name: str, cells: int, groups: int
) -> None:
    config = load(CONFIGS / f"{name}.yaml", (), {})
    plan = expand(config, TRAITS, affinity=True)
    assert len(plan.cells) == cells
    assert len(plan.groups()) == groups
    assert plan.left_out == ()


def test_the_lesson_is_the_one_that_was_taught() -> None:
    config = load(CONFIGS / "lesson.yaml", (), {})
    assert config.lesson
    plan = expand(config, TRAITS, affinity=True)
    for cell in plan.cells:
        assert (cell.pool_min, cell.pool_max, cell.acquire_timeout) == (1, 5, 5.0)
        assert (cell.workload, cell.operations_per_client) == ("insert", 10)
    assert {cell.clients for cell in plan.cells} == {10, 20, 50}


@pytest.mark.parametrize(("name", "limit"), [("matrix", 300), ("smoke", 30)])
def test_a_shipped_config_asks_for_less_time_than_it_may_take(name: str, limit: float) -> None:
    """What is counted and warmed up, and a client's last wait; starting processes comes on top."""
    config = load(CONFIGS / f"{name}.yaml", (), {})
    plan = expand(config, TRAITS, affinity=True)
    longest = [cell.warmup + cell.duration + cell.acquire_timeout for cell in plan.cells]
    assert config.rounds * sum(longest) < limit
