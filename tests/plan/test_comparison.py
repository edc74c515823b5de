"""What is compared is an axis: its values make the groups, its baseline the control."""

from __future__ import annotations

import pytest

from runner.axes import title
from runner.config.complaints import ConfigError
from runner.plan.matrix import expand
from runner.plan.plan import with_control
from runner.report.catalogue import text
from runner.roles import Role
from tests.builders import CONTENDERS, config_of, ids, plan_of

SIZES = "matrix: {adapter: [psycopg3, asyncpg], pool_size: [5, 10]}\ncompare: pool_size\n"


def complaint(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        expand(config_of(text), CONTENDERS, affinity=True)
    (only,) = caught.value.complaints
    return only.removeprefix("configuration: ")


def test_another_axis_is_compared_within_each_adapter() -> None:
    groups = plan_of(SIZES).groups()
    assert {name: [cell.entrant for cell in cells] for name, cells in groups.items()} == {
        "psycopg3-insert-c10": ["pool_size 5", "pool_size 10"],
        "asyncpg-insert-c10": ["pool_size 5", "pool_size 10"],
    }
    assert ids(plan_of(SIZES)) == ids(plan_of(SIZES.partition("\n")[0])), "cells keep their names"


def test_the_control_repeats_the_baseline_of_each_group() -> None:
    plan = with_control(plan_of(SIZES), "pool_size 10")
    controls = [cell for cell in plan.cells if cell.role is Role.CONTROL]
    assert [(it.contender, it.conditions.pool_size.most, it.entrant) for it in controls] == [
        ("psycopg3", 10, "control"),
        ("asyncpg", 10, "control"),
    ]
    assert len({cell.id for cell in plan.cells}) == len(plan.cells) == 6
    assert plan.entrants == ["pool_size 5", "pool_size 10"]


def test_a_baseline_is_a_value_of_the_axis_written_as_a_number_or_a_word() -> None:
    assert config_of(f"{SIZES}baseline: 10").baseline_entrant == "pool_size 10"
    words = "matrix: {adapter: psycopg3, profile: [equal, stock]}\ncompare: profile\n"
    assert config_of(f"{words}baseline: stock").baseline_entrant == "profile stock"
    assert config_of("{matrix: {adapter: a}, baseline: a}").baseline_entrant == "a"


def test_a_baseline_that_is_no_value_of_the_axis_is_refused() -> None:
    assert complaint(f"{SIZES}baseline: 7") == (
        "baseline: must be one of the values of pool_size that are compared: 5, 10, is 7"
    )


@pytest.mark.parametrize("matrix", ["{adapter: psycopg3}", "{adapter: psycopg3, pool_size: 5}"])
def test_an_axis_of_one_value_is_nothing_to_compare(matrix: str) -> None:
    assert complaint(f"matrix: {matrix}\ncompare: pool_size") == (
        "compare: needs at least two values of pool_size in matrix or include, there is only 5"
    )


def test_rates_are_compared_within_each_adapter_and_stay_an_open_loop() -> None:
    matrix = "matrix: {adapter: [psycopg3, asyncpg], rate: [500, 1000]}\ncompare: rate\n"
    plan = plan_of(f"{matrix}baseline: 500\n")
    assert {name: [it.entrant for it in cells] for name, cells in plan.groups().items()} == {
        "psycopg3-insert-c10-p5": ["rate 500", "rate 1000"],
        "asyncpg-insert-c10-p5": ["rate 500", "rate 1000"],
    }
    (common,) = {cell.common for cell in plan.cells if cell.contender == "asyncpg"}
    assert common.paced
    assert text(title(common)) == (
        "asyncpg, insert, 10 clients on 5 connections, at each of several rates"
    )
    assert common.columns()["rate"] is None, "a file has no word for several"


def test_a_closed_loop_is_no_rate_to_compare_with() -> None:
    matrix = "matrix: {adapter: psycopg3, rate: [none, 500]}\ncompare: rate\n"
    assert complaint(matrix) == (
        "matrix.rate[0]: is no rate, and its times are of another kind: leave it out where rates "
        "are compared"
    )
