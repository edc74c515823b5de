"""`make fuzz` runs each test that tries what comes at random, with as many tries as it is told."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests import fuzzing

if TYPE_CHECKING:
    import pytest

TESTS = Path(__file__).resolve().parent


def test_what_tries_at_random_has_a_name_that_make_fuzz_finds_and_no_settings_of_its_own() -> None:
    for path in TESTS.rglob("test_*.py"):
        text = path.read_text("utf-8")
        imported = re.findall(r"^from hypothesis import (.*)$", text, re.MULTILINE)
        if any("given" in names for names in imported):
            assert path.name.startswith("test_fuzz_"), path
            assert not any("settings" in names for names in imported), path


def test_make_fuzz_asks_for_more_tries_each_of_them_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fuzzing, "TRIES", None)
    assert fuzzing.tries(25).max_examples == 25
    assert fuzzing.tries(25).derandomize
    monkeypatch.setattr(fuzzing, "TRIES", "10000")
    assert fuzzing.tries(25).max_examples == 10_000
    assert fuzzing.tries(1, most=50).max_examples == 50
    assert not fuzzing.tries(25).derandomize
