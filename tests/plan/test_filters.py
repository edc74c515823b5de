"""`--only` keeps the part of a plan that it names, and says what it cannot find."""

from __future__ import annotations

import pytest

from runner.config.complaints import ConfigError
from runner.plan.filters import only
from tests.builders import ids, plan_of

ADAPTERS = ("psycopg3", "asyncpg")
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
    assert [out.cell.conditions.clients for out in plan.left_out] == [10, 50]


def test_several_values_of_an_axis_are_either() -> None:
    plan = only(plan_of(WIDE), ["adapter=asyncpg, psycopg3", "clients=10,50", "leak=100%"])
    assert ids(plan) == [
        f"{name}-insert-c{clients}-p5-leak1" for clients in (10, 50) for name in ADAPTERS
    ]
    with pytest.raises(ConfigError) as caught:
        only(plan_of(WIDE), ["adapter=asyncpg,psycopg", "clients=1000%"])
    assert [text.partition(";")[0] for text in caught.value.complaints] == [
        "--only adapter=psycopg: no cell has it",
        "--only clients=1000%: no cell has it",
    ]


def test_no_filter_is_everything() -> None:
    assert only(plan_of(WIDE), []) == plan_of(WIDE)


def test_what_is_left_keeps_its_rounds() -> None:
    plan = only(plan_of(f"leak_rounds: 2{WIDE.replace(chr(10) + '    ', chr(10))}"), ["clients=10"])
    assert {cell.id: rounds for cell, rounds in plan.limited.items()} == {
        "psycopg3-insert-c10-p5-leak1": 2,
        "asyncpg-insert-c10-p5-leak1": 2,
    }


def test_a_round_trip_is_asked_for_as_it_is_written() -> None:
    wide = plan_of("matrix: {adapter: psycopg3, rtt: [none, 0ms, 1ms]}")
    for value in ("none", "0ms", "1ms"):
        (cell,) = only(wide, [f"rtt={value}"]).cells
        assert str(cell.conditions.rtt) == value
    with pytest.raises(ConfigError, match="no cell has it; there are none, 0ms, 1ms"):
        only(wide, ["rtt=5ms"])


def test_wrong_filters_are_named_all_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        only(plan_of(WIDE), ["client=10", "clients=15", "leak=x", "adapter=asyncpq", "leak"])
    axes = (
        "workload, profile, cpus, allocator, clients, pool_size, processes, leak, transport,"
        " pooler, rtt, rate, fault, adapter"
    )
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
    with pytest.raises(ConfigError, match=r"^--only pool_size=5: no cell has it; there are 1to5$"):
        only(plan, ["pool_size=5"])
    assert only(plan, ["pool_size=1to5"]) == plan


def test_a_closed_loop_is_named_as_it_is_written() -> None:
    plan = plan_of("matrix: {adapter: psycopg3, rate: [none, 500]}")
    (cell,) = only(plan, ["rate=none"]).cells
    assert cell.conditions.rate is None
    with pytest.raises(ConfigError, match="there are none, 500"):
        only(plan, ["rate=600"])
