"""Turns are as long as was asked for, or as suits the cores of the cell and its operations."""

from __future__ import annotations

from typing import Any

import pytest

from runner.config.complaints import ConfigError
from runner.plan.schedule import windows
from runner.plan.turn_timing import LEAD_IN, RATE_LEAD_IN, RATE_TURN, TURN, of_cell
from runner.rate import Rate
from tests.builders import config_of, plan_of

ON = "matrix: {adapter: psycopg3, cpus: %s, workload: %s}"


def timing(cpus: str = "one", workload: str = "insert", **keys: Any) -> tuple[float, float]:
    written = "".join(f"{key}: {value}\n" for key, value in keys.items())
    return of_cell(config_of(written + ON % (cpus, workload)), cpus, workload)


@pytest.mark.parametrize("cpus", ["one", "all"])
def test_what_is_left_out_depends_on_the_cores(cpus: str) -> None:
    assert timing(cpus) == (TURN[cpus], LEAD_IN[cpus])
    assert timing(cpus, turn="2s") == (2.0, LEAD_IN[cpus])
    assert timing(cpus, lead_in="7ms") == (TURN[cpus], 0.007)
    assert timing(cpus, lead_in="0s") == (TURN[cpus], 0.0)
    assert timing(cpus, turn="off")[0] == 0.0


def test_turns_on_a_core_of_its_own_are_short_and_all_alike() -> None:
    (cell,) = plan_of(f"duration: 585ms\n{ON % ('one', 'insert')}", affinity=True).cells
    number, length = windows(cell)
    assert number == 13
    assert length == pytest.approx(0.045)


@pytest.mark.parametrize(
    ("like", "keys"),
    [
        ("all", {"workload": "hold"}),
        ("all", {"think_time": "6ms"}),
        ("one", {"think_time": "5ms"}),
        ("one", {"workload": "hold", "hold": "1ms"}),
        ("one", {"workload": "read", "hold": "20ms"}),
    ],
)
def test_operations_that_outlast_a_short_lead_in_have_long_turns(
    like: str, keys: dict[str, Any]
) -> None:
    assert timing(**keys) == (TURN[like], LEAD_IN[like])


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (
            "turn: 100ms\nmatrix: {adapter: psycopg3, cpus: all}",
            "turn: must be longer than lead_in, which is 100ms where cpus is all",
        ),
        (
            "lead_in: 60ms\nmatrix: {adapter: psycopg3, cpus: one}",
            "lead_in: must be shorter than turn, which is 60ms where cpus is one",
        ),
        (
            "lead_in: 2s\nmatrix: {adapter: psycopg3, cpus: all}",
            "lead_in: must be shorter than turn, which is 1s where cpus is all",
        ),
        (
            "turn: 50ms\nmatrix: {adapter: psycopg3, cpus: all}",
            "turn: must be longer than lead_in, which is 100ms where cpus is all",
        ),
    ],
)
def test_a_turn_or_lead_in_that_leaves_nothing_to_count_is_refused(
    given: str, complaint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        plan_of(given, affinity=True)
    assert caught.value.complaints == [f"configuration: {complaint} and it is left out"]


def test_turns_beyond_count_are_refused() -> None:
    given = "turn: 15.001ms\nlead_in: 15ms\nduration: %s\nmatrix: {adapter: psycopg3, cpus: one}"
    with pytest.raises(ConfigError) as caught:
        plan_of(given % "1s", affinity=True)
    assert caught.value.complaints == [
        "configuration: turn: must be longer: duration (1s) would take more than 100000 turns"
    ]
    assert plan_of(given % "1ms", affinity=True).cells


def test_the_shortest_time_is_one_of_the_longest_turns() -> None:
    given = "turn: 24h\nduration: 0.001ms\nmatrix: {adapter: psycopg3}"
    (cell,) = plan_of(given).cells
    assert windows(cell) == (1, 1e-6)


def test_where_nobody_takes_turns_no_lead_in_is_too_long() -> None:
    for given in ("turn: off", "operations_per_client: 3"):
        assert plan_of(f"{given}\nlead_in: 2s\nmatrix: {{adapter: psycopg3}}").cells
    assert plan_of("{lead_in: 2s, matrix: {adapter: psycopg3, leak: 1}}").cells


def test_where_operations_arrive_at_a_rate_turns_are_as_long_as_a_queue_needs() -> None:
    rate, config = Rate(is_share=False, number=100.0), config_of(ON % ("one", "insert"))
    assert of_cell(config, "one", "insert", rate) == (RATE_TURN, RATE_LEAD_IN)
    chosen = config_of("turn: 3s\nlead_in: 1s\n" + ON % ("one", "insert"))
    assert of_cell(chosen, "one", "insert", rate) == (3.0, 1.0)
    closed, paced = plan_of("matrix: {adapter: psycopg3, rate: [none, 100]}").cells
    assert (closed.conditions.turn, paced.conditions.turn) == (TURN["all"], RATE_TURN)
