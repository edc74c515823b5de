"""A slot that nobody gives back is seen to be gone, and the pool to close all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.drills import leak, scene
from runner.results.observation import Word
from tests.drills.scenes import observed

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from runner.server.embedded import EmbeddedServer

WHOLE = ("slot, dropped", "close, dropped", "slot, held", "close, held")
WAYS = {"HomeMade": (Word.LEAKS, Word.ENDS), "Forgiving": (Word.CLEAN, Word.ENDS)}


def test_what_is_dropped_comes_back_to_a_pool_that_looks_for_it_and_to_no_other(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    for pool, (slot, close) in WAYS.items():
        seen = observed("leak", f"tests.fakes.home_made:{pool}", server, tmp_path, *WHOLE)
        assert {case: it.word for case, it in seen.items()} == {
            "slot, dropped": slot,
            "close, dropped": close,
            "slot, held": Word.LEAKS,
            "close, held": Word.ENDS,
        }


def test_a_pool_that_waits_for_what_is_out_never_closes(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene, "CLOSE_SECONDS", 1.0)
    seen = observed("leak", "tests.fakes.home_made:Patient", server, tmp_path, "close, held")
    assert seen["close, held"].word is Word.STILL_WAITING


def test_what_is_warned_of_is_told_from_silence_and_what_the_server_keeps_is_counted(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    cases = ("warning, dropped", "server, held")
    noisy = observed("leak", "tests.fakes.home_made:Noisy", server, tmp_path, *cases)
    assert noisy["warning, dropped"].word is Word.WARNS
    assert noisy["warning, dropped"].exception == "home_made: a connection was forgotten"
    assert noisy["server, held"].figure == leak.SIZE
    silent = observed("leak", "tests.fakes.home_made:HomeMade", server, tmp_path, *cases[:1])
    assert silent["warning, dropped"].word is Word.SAYS_NOTHING


def test_a_pool_that_some_clients_forget_stands_still_about_when_chance_says(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leak, "LENGTH", 1.6)
    case, first = "10 % forgotten", "10 % forgotten" + leak.FIRST
    both = observed("leak", "tests.fakes.home_made:HomeMade", server, tmp_path, case, first)
    assert both[first].word is Word.TAKES
    assert "ExhaustedError" in both[first].exception
    seen = both[case]
    assert (seen.word, seen.expected) == (Word.STANDS_STILL, leak.SIZE / 0.1)
    assert seen.figure is not None
    assert 0 < seen.figure < 20 * leak.SIZE / 0.1
    monkeypatch.setitem(leak.SHARES, case, 1e-6)
    fair = observed("leak", "tests.fakes.home_made:Fair", server, tmp_path, case)[case]
    assert fair.word is Word.UNDECIDED, "nothing was forgotten yet"


def test_a_pool_that_serves_for_long_whatever_was_forgotten_is_clean(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leak, "LENGTH", 1.2)
    monkeypatch.setattr(leak, "ENOUGH", 0.1)
    case = "1 % forgotten"
    seen = observed("leak", "tests.fakes.home_made:Generous", server, tmp_path, case)[case]
    assert (seen.word, seen.expected) == (Word.CLEAN, leak.SIZE / 0.01)
