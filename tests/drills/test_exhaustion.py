"""A pool without a free connection is seen to do what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.drills import exhaustion, failing, scene
from runner.results.observation import Danger, Word
from tests.drills.scenes import observed

if TYPE_CHECKING:
    from pathlib import Path

    from runner.server.embedded import EmbeddedServer

HOME_MADE = "tests.fakes.home_made:"


@pytest.mark.parametrize(
    ("pool", "word"),
    [
        ("HomeMade", Word.WAITS),
        ("Hasty", Word.RAISES),
        ("Generous", Word.UNBOUNDED),
        ("Endless", Word.STILL_WAITING),
    ],
)
def test_what_becomes_of_one_more_client_is_said_in_a_word(
    pool: str,
    word: Word,
    server: EmbeddedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(failing, "SOON_SECONDS", 0.95)  # nearly as late as what waits
    if word is Word.STILL_WAITING:
        monkeypatch.setattr(scene, "PLAY_SECONDS", 3.0)
    seen = observed("exhaustion", HOME_MADE + pool, server, tmp_path, "one more", "second each")
    assert list(seen) == ["one more", "second each"]
    assert seen["one more"].word is word
    assert ("ExhaustedError" in seen["one more"].exception) is (word in (Word.WAITS, Word.RAISES))
    dangerous = {case: it.danger is Danger.DANGEROUS for case, it in seen.items()}
    assert dangerous == dict.fromkeys(seen, word is Word.STILL_WAITING)


@pytest.mark.parametrize(
    ("pool", "word"),
    [
        ("Silent", Word.NOT_APPLICABLE),
        ("Endless", Word.FOR_EVER),
        ("Limited", Word.WAITS),
        ("Refusing", Word.RAISES),
    ],
)
def test_how_long_a_library_lets_wait_is_read_from_it(
    pool: str, word: Word, server: EmbeddedServer, tmp_path: Path
) -> None:
    case = exhaustion.DEFAULT
    seen = observed("exhaustion", HOME_MADE + pool, server, tmp_path, case)[case]
    assert seen.word is word
    assert seen.figure == (7.5 if word is Word.WAITS else None)
