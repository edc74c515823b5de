"""A limit to the first rounds fits the rounds of the run, or is refused with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.config.dump import dump
from tests.config.config_file import SMALLEST

if TYPE_CHECKING:
    from tests.config.config_file import ConfigFile

INCLUDED = f"{SMALLEST}include:\n- {{clients: 3}}\n- clients: 4\n  rounds: %s\n"


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        (f"{SMALLEST}leak_rounds: 6", ["x.yaml:2: leak_rounds: must be at most rounds (5), is 6"]),
        (
            f"{SMALLEST}rounds: 2\nleak_rounds: 3",
            ["x.yaml:3: leak_rounds: must be at most rounds (2), is 3"],
        ),
        (f"{SMALLEST}leak_rounds: 0", ["x.yaml:2: leak_rounds: must be at least 1, is 0"]),
        (f"{SMALLEST}leak_rounds: 1.5", ["x.yaml:2: leak_rounds: must be a whole number, is 1.5"]),
        (f"{SMALLEST}leak_rounds: all", [
            "x.yaml:2: leak_rounds: must be a whole number, is 'all'"]),
        (f"{SMALLEST}leak_rounds: true", [
            "x.yaml:2: leak_rounds: must be a whole number, is true"]),
        (f"{SMALLEST}rounds: 0\nleak_rounds: 3", [
            "x.yaml:2: rounds: must be at least 1, is 0"]),
        (INCLUDED % 6, ["x.yaml:5: include[1].rounds: must be at most rounds (5), is 6"]),
        (INCLUDED % 0, ["x.yaml:5: include[1].rounds: must be at least 1, is 0"]),
        (INCLUDED % "[1, 2]", ["x.yaml:5: include[1].rounds: must be a whole number, is a list"]),
        (f"{SMALLEST}include: [{{rounds: 2}}]", [
            "x.yaml:2: include[0]: must name at least one axis"]),
        (f"{SMALLEST}precision: 5%\nleak_rounds: 10001", [
            "x.yaml:3: leak_rounds: must be at most 10000, is 10001"]),
    ],
)  # fmt: skip
def test_a_limit_beyond_the_rounds_gets_one_sentence(
    config_file: ConfigFile, text: str, complaints: list[str]
) -> None:
    assert config_file.complaints(text) == complaints


def test_an_exclude_has_no_rounds(config_file: ConfigFile) -> None:
    (complaint,) = config_file.complaints(f"{SMALLEST}exclude: [{{clients: 3, rounds: 2}}]")
    assert complaint.startswith("x.yaml:2: exclude[0].rounds: unknown key; allowed: adapter, ")


def test_a_limit_within_the_rounds_is_kept(config_file: ConfigFile) -> None:
    config = config_file.load(f"{INCLUDED % 5}leak_rounds: 5")
    assert (config.leak_rounds, [axes.rounds for axes in config.include]) == (5, [None, 5])
    assert "rounds" not in config.include[1].listed(), "it is no axis"


def test_a_run_that_is_shortened_when_it_is_started_has_no_wrong_file(
    config_file: ConfigFile,
) -> None:
    text = f"{INCLUDED % 5}leak_rounds: 3"
    config = config_file.load(text, "rounds=2")
    assert (config.leak_rounds, config.include[1].rounds) == (2, 2), "as many as there are"
    assert config_file.load(dump(config)) == config, "what is stored can be read again"
    (complaint,) = config_file.complaints(text, "rounds=2", "leak_rounds=4")
    assert complaint == "--set leak_rounds=4: leak_rounds: must be at most rounds (2), is 4"


def test_where_rounds_are_added_until_a_precision_is_reached_no_limit_is_too_high(
    config_file: ConfigFile,
) -> None:
    assert config_file.load(f"{SMALLEST}precision: 5%\nleak_rounds: 30").leak_rounds == 30
