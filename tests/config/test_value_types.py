"""A value of each kind is read as it was meant, or refused in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.config.dump import dump
from tests.config.config_file import SMALLEST

if TYPE_CHECKING:
    from tests.config.config_file import ConfigFile

A_TIME = "must be a time with its unit, such as 500ms, 2s, 1m or 1h"
WHOLE_SECONDS = "must be whole seconds, such as 3s"
A_NAME = "must be of letters, digits and . _ - and begin with no . or -"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("duration: 5", f"duration: {A_TIME}, is 5"),
        ("duration: 0s", "duration: must be more than 0s, is '0s'"),
        ("turn: 0s", "turn: must be more than 0s, or off, is '0s'"),
        ("turn: soon", f"turn: {A_TIME}, or off, is 'soon'"),
        ("margin: 100%", "margin: must be more than 0% and less than 100%, is '100%'"),
        ("precision: fine", "precision: must be a share such as 5% or 0.05, is 'fine'"),
        ("warmup: -1s", "warmup: must not be negative, is '-1s'"),
        ("deadline: 10000h", "deadline: must be at most 24h, is '10000h'"),
        ("rounds: 10001", "rounds: must be at most 10000, is 10001"),
        ("rounds: 1000000000", "rounds: must be at most 10000, is 1000000000"),
        ("rounds: true", "rounds: must be a whole number, is true"),
        ("rounds: '5'", "rounds: must be a whole number, is '5'"),
        ("rounds:", "rounds: must be a whole number, is empty"),
        ("limit_duration: 1500ms", f"limit_duration: {WHOLE_SECONDS}, is '1500ms'"),
        ("limit_duration: 500ms", f"limit_duration: {WHOLE_SECONDS}, is '500ms'"),
        ("limit_duration: 0", f"limit_duration: {WHOLE_SECONDS}, is 0"),
        ("limit_duration: 3", f"limit_duration: {A_TIME}, is 3"),
        ("keep: 1", "keep: must be true or false, is 1"),
        ("name: my run", f"name: {A_NAME}, is 'my run'"),
        ("name: ../up", f"name: {A_NAME}, is '../up'"),
        ("name: 2024-01-01", "name: must be text (put it in quotes), is 2024-01-01"),
    ],
)  # fmt: skip
def test_a_wrong_value_gets_one_sentence(
    config_file: ConfigFile, text: str, complaint: str
) -> None:
    assert config_file.complaints(f"{SMALLEST}{text}") == [f"x.yaml:2: {complaint}"]


@pytest.mark.parametrize("text", ["turn: off", "turn: 'off'", "turn: false"])
def test_turns_can_be_switched_off_and_stay_off_in_the_dump(
    config_file: ConfigFile, text: str
) -> None:
    config = config_file.load(f"{SMALLEST}{text}")
    assert config.turn == 0.0
    assert config_file.load(dump(config)).turn == 0.0
