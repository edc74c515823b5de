"""An axis takes a value or a list, and refuses each value that it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from runner.config.dump import dump

if TYPE_CHECKING:
    from tests.config.config_file import ConfigFile

AXES = (
    "adapter, workload, profile, cpus, allocator, clients, pool_size, processes, leak, transport,"
    " pooler, rtt, rate, fault"
)
A_TIME = "must be a time with its unit, such as 500ms, 2s, 1m or 1h, or none"


def test_a_value_is_read_as_a_list_of_one(config_file: ConfigFile) -> None:
    config = config_file.load("matrix: {adapter: a, clients: 3, leak: 1, cpus: one, pool_size: 2}")
    assert config.matrix.listed()["clients"] == (3,)
    assert config.matrix.listed()["leak"] == (1.0,)
    assert config.matrix.listed()["cpus"] == ("one",)
    assert config.matrix.listed()["pool_size"] == (2,)


def test_a_leak_is_a_probability_or_a_percentage(config_file: ConfigFile) -> None:
    config = config_file.load("matrix: {adapter: a, leak: [0%, 0.5, 12.5%, 100%]}")
    assert config.matrix.listed()["leak"] == (0.0, 0.5, 0.125, 1.0)
    assert config_file.complaints("matrix: {adapter: a, leak: [0.5, 50%, 101%, 5.x%]}") == [
        "x.yaml:1: matrix.leak[2]: must be at most 1, is '101%'",
        "x.yaml:1: matrix.leak[3]: must be a number such as 0.001, is '5.x%'",
    ]
    assert config_file.complaints("matrix: {adapter: a, leak: [0.5, 50%]}") == [
        "x.yaml:1: matrix.leak[1]: must not repeat a value, is '50%'"
    ]


def test_a_round_trip_is_a_time_or_none(config_file: ConfigFile) -> None:
    config = config_file.load("matrix: {adapter: a, rtt: [none, 0, 1ms, 0.25ms]}")
    assert config.matrix.listed()["rtt"] == ("none", 0.0, 0.001, 0.00025)
    assert yaml.safe_load(dump(config))["matrix"]["rtt"] == ["none", "0s", "1ms", "0.25ms"]


@pytest.mark.parametrize(
    ("axis", "complaint"),
    [
        ("clients: true", "matrix.clients: must be a whole number, is true"),
        ("clients: 0", "matrix.clients: must be at least 1, is 0"),
        ("clients: []", "matrix.clients: must not be empty"),
        ("clients: [1, 2, 1]", "matrix.clients[2]: must not repeat a value, is 1"),
        ("clients: [1, [2]]", "matrix.clients[1]: must be a whole number, is a list"),
        ("leak: no", "matrix.leak: must be a number such as 0.001, is false"),
        ("leak: 1e400", "matrix.leak: must be a number such as 0.001, is '1e400'"),
        ("leak: 1.0e+400", "matrix.leak: must be a finite number, is inf"),
        ("leak: [.nan]", "matrix.leak[0]: must be a finite number, is nan"),
        ("leak: [0, 0.0]", "matrix.leak[1]: must not repeat a value, is 0.0"),
        ("profile: fair", "matrix.profile: must be 'equal' or 'stock', is 'fair'"),
        ("cpus: two", "matrix.cpus: must be 'auto', 'all' or 'one', is 'two'"),
        ("allocator: jemalloc", "matrix.allocator: must be 'settled' or 'fresh', is 'jemalloc'"),
        ("allocator: unknown", "matrix.allocator: must be 'settled' or 'fresh', is 'unknown'"),
        ("pool_size: 0", "matrix.pool_size: must be at least 1, is 0"),
        ("rtt: 0.001", f"matrix.rtt: {A_TIME}, is 0.001"),
        ("rtt: [1ms, soon]", f"matrix.rtt[1]: {A_TIME}, is 'soon'"),
        ("rtt: -1ms", "matrix.rtt: must not be negative, or none, is '-1ms'"),
        ("rtt: 2s", "matrix.rtt: must be at most 1s, or none, is '2s'"),
        ("rtt: [1ms, 0.001s]", "matrix.rtt[1]: must not repeat a value, is '0.001s'"),
        ("client: 5", f"matrix.client: unknown key (did you mean clients?); allowed: {AXES}"),
    ],
)  # fmt: skip
def test_a_wrong_axis_gets_one_sentence(config_file: ConfigFile, axis: str, complaint: str) -> None:
    assert config_file.complaints(f"matrix:\n  adapter: a\n  {axis}") == [f"x.yaml:3: {complaint}"]


def test_an_unknown_workload_names_the_nearest(config_file: ConfigFile) -> None:
    text = "matrix:\n  adapter: psycopg3\n  workload:\n  - read\n  - inserts\n"
    (complaint,) = config_file.complaints(text)
    assert complaint == (
        "x.yaml:5: matrix.workload[1]: must be one of checkout, insert, read, list, mixed,"
        " transaction, hold, a name under workloads, or package.module:function"
        " (did you mean insert?), is 'inserts'"
    )


@pytest.mark.parametrize("name", ["control", "pgbench"])
def test_a_name_of_our_own_cannot_be_an_adapters(config_file: ConfigFile, name: str) -> None:
    (complaint,) = config_file.complaints(f"matrix: {{adapter: {name}}}")
    assert complaint.endswith(f"is a name of PoolBench's own: choose another one, is '{name}'")
