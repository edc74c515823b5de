"""What a borrower leaves behind is found with the next one, or not there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.drills import hygiene
from runner.drills.drills import DRILLS
from runner.results.observation import Word
from tests.drills.scenes import observed

if TYPE_CHECKING:
    from pathlib import Path

    from runner.server.embedded import EmbeddedServer


def words(pool: str, server: EmbeddedServer, folder: Path) -> dict[str, Word]:
    seen = observed("hygiene", f"tests.fakes.home_made:{pool}", server, folder)
    return {case: it.word for case, it in seen.items()}


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what differs from others in its statements alone."""
    alike = ("SET LOCAL", "search_path", "read-only default", "held cursor", "PREPARE")
    few = tuple(case for case in hygiene.CASES if case.rsplit(", ", 1)[0] not in alike)
    monkeypatch.setitem(DRILLS, "hygiene", replace(hygiene.DRILL, cases=few))


def test_a_pool_that_cleans_what_comes_back_leaks_nothing(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    seen = words("HomeMade", server, tmp_path)
    assert {it for case, it in seen.items() if case.endswith("equal")} == {Word.CLEAN}
    assert {it for case, it in seen.items() if case.endswith("stock")} == {Word.NOT_APPLICABLE}


def test_a_pool_that_hands_on_what_it_gets_leaks_all_of_it(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    seen = words("Dirty", server, tmp_path)
    clean = [case for case, word in seen.items() if word is not Word.LEAKS]
    assert [case for case in clean if case.endswith("equal")] == []
