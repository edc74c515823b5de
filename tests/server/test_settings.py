"""Settings that are not the user's are known by every spelling that PostgreSQL takes."""

from __future__ import annotations

import pytest

from runner.server.settings import COUNTING, OURS, plain, refusal


@pytest.mark.parametrize("name", sorted(OURS | COUNTING))
def test_a_setting_of_ours_is_refused_in_every_spelling(name: str) -> None:
    for spelled in (name, name.upper(), name.replace("_", "-")):
        assert name in (refusal(spelled) or "")


def test_any_other_setting_is_the_users() -> None:
    assert refusal("fsync") is None
    assert plain("Work-Mem") == "work_mem"
