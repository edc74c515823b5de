"""Overrides replace what the file says, and are blamed for what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.config.dump import dump
from tests.config.config_file import SMALLEST

if TYPE_CHECKING:
    from tests.config.config_file import ConfigFile

A_TIME = "must be a time with its unit, such as 500ms, 2s, 1m or 1h"


def test_an_override_replaces_what_the_file_says(config_file: ConfigFile) -> None:
    text = "rounds: 3\nmatrix:\n  adapter: [a, b]\n  clients: [0, -1]\n"
    config = config_file.load(
        text, "rounds=2", "pool.max_size=10", "matrix.clients=[10, 20]", "matrix.adapter=a", "seed="
    )
    assert config.rounds == 2
    assert config.pool.max_size == 10
    assert config.matrix.listed()["clients"] == (10, 20)
    assert config.matrix.adapter == ("a",)
    assert config.seed is None


@pytest.mark.parametrize(
    ("override", "complaint"),
    [
        ("rounds=0", "rounds: must be at least 1, is 0"),
        ("round=2", "round: unknown key (did you mean rounds?); allowed: "),
        ("pool.maxsize=2", "pool.maxsize: unknown key (did you mean max_size?); allowed: "),
        ("matrix.clients=[10,0]", "matrix.clients[1]: must be at least 1, is 0"),
        ("matrix.clients=0", "matrix.clients: must be at least 1, is 0"),
        ("rounds", "must be key=value, such as rounds=2"),
        ("=2", "must be key=value, such as rounds=2"),
        ("pool..max_size=2", "must be key=value, such as rounds=2"),
        ("matrix.clients=[10", "is not YAML that can be used: "),
        ("name.x=1", "name is no mapping in which a key could be set"),
        ("pool={max_size: 1, max_size: 2}", "pool.max_size: is given twice, first at --set pool="),
    ],
)
def test_a_wrong_override_is_named(config_file: ConfigFile, override: str, complaint: str) -> None:
    (said,) = config_file.complaints(f"name: y\n{SMALLEST}", override)
    assert said.startswith(f"--set {override}: {complaint}")


def test_a_wrong_override_does_not_hide_what_is_wrong_in_the_file(config_file: ConfigFile) -> None:
    assert config_file.complaints("matrix: {adapter: a}\nwarmup: 1\n", "rounds=0", "x") == [
        "--set rounds=0: rounds: must be at least 1, is 0",
        "--set x: must be key=value, such as rounds=2",
        f"x.yaml:2: warmup: {A_TIME}, is 1",
    ]


def test_a_wrong_override_is_not_blamed_on_the_line_that_it_replaced(
    config_file: ConfigFile,
) -> None:
    text = "matrix:\n  adapter: a\n  clients: [1, 2]\npool: {max_size: 3}\n"
    assert config_file.complaints(text, "matrix.clients=0", "pool={max_size: 0}") == [
        "--set matrix.clients=0: matrix.clients: must be at least 1, is 0",
        "--set pool={max_size: 0}: pool.max_size: must be at least 1, is 0",
    ]


def test_an_override_of_one_length_replaces_the_other(config_file: ConfigFile) -> None:
    timed = f"{SMALLEST}duration: 2s\n"
    counted = f"{SMALLEST}operations_per_client: 5\n"
    assert config_file.load(timed, "operations_per_client=3").operations_per_client == 3
    assert config_file.load(counted, "duration=3s").operations_per_client is None
    assert config_file.load(counted, "duration=3s").duration == 3
    (complaint,) = config_file.complaints(timed, "duration=3s", "operations_per_client=3")
    assert complaint == (
        "--set operations_per_client=3: operations_per_client: cannot be set beside duration"
        " (--set duration=3s); leave out one"
    )


def test_both_lengths_of_a_cell_are_refused(config_file: ConfigFile) -> None:
    assert config_file.complaints(f"{SMALLEST}duration: 1s\noperations_per_client: 5") == [
        "x.yaml:3: operations_per_client: cannot be set beside duration (x.yaml:2); leave out one"
    ]


def test_a_run_has_rounds_or_a_precision_but_not_both(config_file: ConfigFile) -> None:
    assert config_file.complaints(f"{SMALLEST}rounds: 3\nprecision: 5%") == [
        "x.yaml:3: precision: cannot be set beside rounds (x.yaml:2); leave out one"
    ]
    precise = config_file.load(f"{SMALLEST}rounds: 3", "precision=5%")
    assert precise.precision == pytest.approx(0.05)
    assert config_file.load(dump(precise)).precision == pytest.approx(0.05)


WIDE = """\
pool: {min_size: 5, max_size: 5}
matrix: {adapter: [a, b], clients: [1, 2]}
"""


@pytest.mark.parametrize(
    ("override", "axis", "values"),
    [
        ("clients=20", "clients", (20,)),
        ("clients=20,30", "clients", (20, 30)),
        ("matrix.clients= 20, 30", "clients", (20, 30)),
        ("clients=[20, 30]", "clients", (20, 30)),
        ("adapter=c", "adapter", ("c",)),
        ("adapter=b,a", "adapter", ("b", "a")),
        ("profile=stock", "profile", ("stock",)),
        ("pool_size=10", "pool_size", (10,)),
        ("leak=50%", "leak", (0.5,)),
    ],
)
def test_an_axis_that_an_override_names_alone_is_that_of_the_matrix(
    config_file: ConfigFile, override: str, axis: str, values: tuple[object, ...]
) -> None:
    assert config_file.load(WIDE, override).matrix.listed()[axis] == values


def test_an_axis_that_an_override_names_alone_is_refused_by_its_whole_name(
    config_file: ConfigFile,
) -> None:
    assert config_file.complaints(WIDE, "clients=0,x") == [
        "--set clients=0,x: matrix.clients[0]: must be at least 1, is 0",
        "--set clients=0,x: matrix.clients[1]: must be a whole number, is 'x'",
    ]


def test_a_pool_that_an_override_makes_too_small_is_told_how_to_set_both(
    config_file: ConfigFile,
) -> None:
    override, both = "pool.max_size=3", "pool_size=3 sets both"
    assert config_file.complaints(f"{WIDE}rounds: 0", override) == [
        f"--set {override}: pool.max_size: must be at least min_size (5, x.yaml:1), is 3; {both}",
        "x.yaml:3: rounds: must be at least 1, is 0",
    ]
    assert config_file.load(WIDE, "pool_size=3").matrix.listed()["pool_size"] == (3,)
    assert config_file.load(WIDE, override, "pool.min_size=2").pool.min_size == 2
    (complaint,) = config_file.complaints(WIDE, override, "pool.min_size=4")
    assert complaint.endswith("pool.min_size: must be at most max_size (3), is 4")


def test_mistakes_without_end_are_told_up_to_a_hundred(config_file: ConfigFile) -> None:
    told = config_file.complaints(f"{SMALLEST}{''.join(f'x{n}: 1{chr(10)}' for n in range(300))}")
    assert len(told) == 101
    assert told[0].startswith("x.yaml:2: x0: unknown key")
    assert told[-1] == "x.yaml: there are more mistakes, told when these are mended"
