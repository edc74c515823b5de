"""A slot that nobody gives back is seen to be gone, and the pool to close all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.drills import scene
from runner.results.observation import Word
from tests.drills.scenes import observed

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from runner.server.embedded import EmbeddedServer

WAYS = {"HomeMade": (Word.LEAKS, Word.ENDS), "Forgiving": (Word.CLEAN, Word.ENDS)}


def test_what_is_dropped_comes_back_to_a_pool_that_looks_for_it_and_to_no_other(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    for pool, (slot, close) in WAYS.items():
        seen = observed("leak", f"tests.fakes.home_made:{pool}", server, tmp_path)
        words = {case: it.word for case, it in seen.items()}
        assert words == {
            "slot, dropped": slot,
            "close, dropped": close,
            "slot, held": Word.LEAKS,
            "close, held": Word.ENDS,
        }


def test_a_pool_that_waits_for_what_is_out_never_closes(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene, "CLOSE_SECONDS", 1.0)
    seen = observed("leak", "tests.fakes.home_made:Patient", server, tmp_path)
    assert seen["close, held"].word is Word.STILL_WAITING
