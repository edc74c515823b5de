"""`environment.json` holds what readers take from it, or the place that does not is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.results import environment_file

EXAMPLE = Path(__file__).resolve().parents[2] / "reports" / "example"


def test_the_environment_of_a_run_is_read_as_it_is() -> None:
    text = (EXAMPLE / "environment.json").read_text(encoding="utf-8")
    assert environment_file.parse(text) == json.loads(text)
    assert environment_file.parse('{"unheard_of": [1]}') == {"unheard_of": [1]}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "Expecting value: line 1 column 1 (char 0)"),
        ("[]", "it holds no JSON object"),
        ('{"sessions": {}}', "sessions is not a list"),
        ('{"sessions": [7]}', "sessions[] is not an object"),
        ('{"sessions": [{"started_at": 7}]}', "sessions[].started_at is not a text"),
        ('{"order": ["a", 7]}', "order[] is not a text"),
        ('{"baseline": []}', "baseline is not a text or null"),
        ('{"seed": true}', "seed is not a number"),
        ('{"adapters": {"a": []}}', "adapters[] is not an object"),
        ('{"server": {"settings": 7}}', "server.settings is not an object"),
        ('{"machine": {"commit": []}}', "machine.commit is not a text or null"),
        ('{"margin": -2}', "margin is -2, not a share from 0 to 1"),
        ('{"margin": NaN}', "NaN is no number of JSON"),
        ('{"margin": 1e999}', "margin is inf, not a share from 0 to 1"),
        ('{"longest_p99": -1}', "longest_p99 is -1, not a time above 0"),
        ('{"longest_p99": 1e999}', "longest_p99 is inf, not a time above 0"),
        ('{"workloads": []}', "workloads is not an object"),
        ('{"workloads": {"own": 7}}', "workloads[] is not a text"),
        ('{"find": []}', "find is not an object or null"),
        ('{"find": {"total_ms_p99": "x"}}', "total_ms_p99 is 'x', not a time above 0"),
        ("[" * 50 + "]" * 50, "objects and lists lie deeper than 20 levels in each other"),
        ("[" * 100_000, "objects and lists lie deeper than 20 levels in each other"),
    ],
)
def test_what_is_not_as_readers_take_it_is_named(text: str, complaint: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the whole sentence is compared
        environment_file.parse(text)
    assert str(raised.value) == complaint


def test_the_rows_that_a_run_should_have_are_those_of_its_cells_and_rounds() -> None:
    known = {"cells": ["a", "b", "c"], "rounds": 8, "limited": {"b": 1, "c": 20}}
    assert environment_file.expected_rows(known, 3) == 8 + 1 + 8
    assert environment_file.expected_rows({"cells": ["a", "b"], "rounds": None}, 3) == 6
    assert environment_file.expected_rows({}, 3) == 0
