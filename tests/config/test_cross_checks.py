"""Sections that refer to each other are checked, also where other values are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.config.config_file import SMALLEST

if TYPE_CHECKING:
    from tests.config.config_file import ConfigFile

COMPARED = "must be one of the adapters of matrix and include: psycopg3"
HINT = " (did you mean psycopg3?)"
JSON = "must be text (put it in quotes), a finite number, true, false, null, a list or a mapping"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("baseline: psycopg2", f"baseline: {COMPARED}{HINT}, is 'psycopg2'"),
        ("exclude: [{adapter: noop}]", f"exclude[0].adapter: {COMPARED}, is 'noop'"),
        (
            "exclude: [{leak: 1}, {adapter: [psycopg3, psycopg]}]",
            f"exclude[1].adapter[1]: {COMPARED}{HINT}, is 'psycopg'",
        ),
    ],
)
def test_a_name_that_is_not_compared_is_refused(
    config_file: ConfigFile, text: str, complaint: str
) -> None:
    assert config_file.complaints(f"{SMALLEST}{text}") == [f"x.yaml:2: {complaint}"]


def test_a_name_that_is_not_compared_is_refused_together_with_all_else(
    config_file: ConfigFile,
) -> None:
    text = """\
matrix: {adapter: psycopg3, clients: 0}
baseline: noop
exclude:
- {adapter: noop}
- {leak: 2}
"""
    assert config_file.complaints(text) == [
        "x.yaml:1: matrix.clients: must be at least 1, is 0",
        f"x.yaml:2: baseline: {COMPARED}, is 'noop'",
        f"x.yaml:4: exclude[0].adapter: {COMPARED}, is 'noop'",
        "x.yaml:5: exclude[1].leak: must be at most 1, is 2",
    ]


def test_a_limit_for_sizes_needs_sizes_that_are_compared(config_file: ConfigFile) -> None:
    assert config_file.complaints(f"{SMALLEST}longest_p99: 20ms") == [
        "x.yaml:2: longest_p99: is of the sizes of a pool: it needs compare: pool_size"
    ]
    text = "compare: pool_size\nlongest_p99: 20ms\nmatrix: {adapter: psycopg3, pool_size: [1, 2]}"
    assert config_file.load(text).longest_p99 == 0.02


def test_an_adapter_of_an_include_is_compared_too(config_file: ConfigFile) -> None:
    text = "include: [{adapter: asyncpg}]\nbaseline: asyncpg\nexclude: [{adapter: asyncpg}]\n"
    assert config_file.load(SMALLEST + text).baseline == "asyncpg"


@pytest.mark.parametrize(
    "text", ["baseline: a b", "baseline: control", "exclude: [{adapter: pgbench}]", "baseline: 7"]
)
def test_a_name_that_cannot_be_one_gets_one_complaint(config_file: ConfigFile, text: str) -> None:
    (complaint,) = config_file.complaints(SMALLEST + text)
    assert COMPARED not in complaint


@pytest.mark.parametrize(
    ("axis", "sentence"),
    [
        ("cpus", "cpus cannot be compared: the server keeps to its cores for as long as the cells"),
        ("workload", "workload cannot be compared: an operation of one workload is another one"),
        ("leak", "leak cannot be compared: cells that leak change as they run"),
        ("pool", "must be one of adapter, profile, allocator, clients, pool_size"),
        ("pool_sise", "(did you mean pool_size?), is 'pool_sise'"),
    ],
)
def test_an_axis_that_cannot_be_compared_is_refused_with_its_line(
    config_file: ConfigFile, axis: str, sentence: str
) -> None:
    (complaint,) = config_file.complaints(f"{SMALLEST}compare: {axis}\n")
    assert complaint.startswith("x.yaml:2: compare: ")
    assert sentence in complaint


def test_a_baseline_that_is_a_value_of_another_axis_is_no_adapter(config_file: ConfigFile) -> None:
    text = f"{SMALLEST}compare: pool_size\nbaseline: 10\n"
    assert config_file.load(text).baseline == "10"


@pytest.mark.parametrize("matrix", ["", "matrix: 5\n", "matrix: {clients: 3}\n"])
def test_without_a_compared_adapter_no_name_is_blamed(config_file: ConfigFile, matrix: str) -> None:
    (complaint,) = config_file.complaints(f"rounds: 1\n{matrix}baseline: b\n")
    assert "baseline" not in complaint


def test_every_option_that_json_cannot_hold_is_refused_with_its_line(
    config_file: ConfigFile,
) -> None:
    text = """\
matrix: {adapter: psycopg3}
adapters:
  unused:
    adapter: asyncpg
    options:
      since: 2024-01-01
      at: 2024-01-01 10:00:00
      nested:
      - 1
      - {key: !!binary aGk=}
      never: [.nan, -.inf]
      right: [null, true, 1, 1.5, text, {key: "2024-01-01"}]
"""
    late = "adapters.unused.options.late=2025-01-01"
    assert config_file.complaints(text, late) == [
        f"--set {late}: adapters.unused.options.late: {JSON}, is 2025-01-01",
        f"x.yaml:6: adapters.unused.options.since: {JSON}, is 2024-01-01",
        f"x.yaml:7: adapters.unused.options.at: {JSON}, is 2024-01-01 10:00:00",
        f"x.yaml:10: adapters.unused.options.nested[1].key: {JSON}, is binary data",
        f"x.yaml:11: adapters.unused.options.never[0]: {JSON}, is nan",
        f"x.yaml:11: adapters.unused.options.never[1]: {JSON}, is -inf",
    ]
