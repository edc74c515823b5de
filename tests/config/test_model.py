"""A configuration has its defaults, and what does not fit together is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.config.model import Config
from tests.config.config_file import SMALLEST

if TYPE_CHECKING:
    from tests.config.config_file import ConfigFile


def test_the_smallest_config_gets_every_default(config_file: ConfigFile) -> None:
    config = config_file.load(SMALLEST)
    assert config.name == "x"
    assert config.server.kind == "embedded"
    assert (config.rounds, config.duration, config.warmup) == (5, 1.0, 0.3)
    assert (config.seed, config.baseline, config.control) == (None, None, True)
    assert (config.pool.min_size, config.pool.max_size, config.pool.timeout) == (None, 5, 5.0)
    assert config.matrix.listed() == {
        "adapter": ("psycopg3",),
        "clients": (10,),
        "leak": (0.0,),
        "workload": ("insert",),
        "cpus": ("auto",),
        "allocator": ("settled",),
        "profile": ("equal",),
        "processes": (1,),
        "pooler": ("none",),
        "rtt": ("none",),
    }
    assert (config.turn, config.lead_in, config.margin) == (None, None, 0.03)
    assert (config.leak_rounds, config.limit_duration) == (None, 3.0)
    assert (config.precision, config.budget, config.thresholds) == (None, 600.0, {})
    assert (config.error_pause, config.think_time, config.hold) == (0.01, 0.0, 0.02)
    assert (config.deadline, config.operations_per_client) == (None, None)
    assert (config.leak_reference, config.keep, config.lesson) == ("drop", False, False)
    assert (config.include, config.exclude, config.adapters) == ((), (), {})


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("leak_reference: dropp", "leak_reference: must be 'drop' or 'keep', is 'dropp'"),
        ("include: {clients: 3}", "include: must be a list, is a mapping"),
        ("include: [3]", "include[0]: must be a mapping, is 3"),
        ("adapters: {a: {options: {}}}", "adapters.a: adapter is missing"),
    ],
)  # fmt: skip
def test_a_wrong_section_gets_one_sentence(
    config_file: ConfigFile, text: str, complaint: str
) -> None:
    assert config_file.complaints(f"{SMALLEST}{text}") == [f"x.yaml:2: {complaint}"]


def test_a_missing_matrix_is_said(config_file: ConfigFile) -> None:
    assert config_file.complaints("rounds: 1") == ["x.yaml:1: matrix is missing"]


def test_a_lead_in_leaves_something_of_the_turn(config_file: ConfigFile) -> None:
    assert config_file.complaints(f"{SMALLEST}turn: 500ms\nlead_in: 500ms") == [
        "x.yaml:3: lead_in: must be shorter than turn (500ms), is '500ms'"
    ]


def test_the_adapters_that_are_named_come_with_their_keys(config_file: ConfigFile) -> None:
    config = config_file.load(
        "matrix:\n  adapter: [a, b]\ninclude:\n- adapter: [b, 'm.n:C']\n- leak: 1"
    )
    assert config.adapter_names() == {
        "a": ("matrix", "adapter", 0),
        "b": ("matrix", "adapter", 1),
        "m.n:C": ("include", 0, "adapter", 1),
    }


def test_a_later_check_can_say_where_a_key_was_written(config_file: ConfigFile) -> None:
    config = config_file.load("matrix:\n  adapter:\n  - a\n  - b\n  clients: 3\n", "rounds=2")
    for key, said in {
        ("matrix", "adapter", 1): f"{config_file.path}:4: matrix.adapter[1]",
        ("matrix", "clients", 0): f"{config_file.path}:5: matrix.clients",
        ("matrix", "leak", 0): f"{config_file.path}:1: matrix",
        ("rounds",): "--set rounds=2: rounds",
    }.items():
        assert config.complaint(key, "no") == f"{said}: no"


def test_a_config_without_a_file_still_names_its_keys() -> None:
    config = Config.model_validate({"matrix": {"adapter": "a"}})
    assert (
        config.complaint(("matrix", "adapter", 0), "no") == "configuration: matrix.adapter[0]: no"
    )
