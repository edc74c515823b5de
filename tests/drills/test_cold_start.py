"""A pool that is opened before its server listens is seen to fail, to heal, or to give up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.drills import cold_start
from runner.results.observation import Word
from tests.drills.scenes import observed

if TYPE_CHECKING:
    from pathlib import Path

    from runner.server.embedded import EmbeddedServer


@pytest.mark.parametrize(
    ("pool", "words"),
    [
        ("HomeMade", (Word.RAISES, Word.NOT_APPLICABLE, Word.NOT_APPLICABLE)),
        ("Late", (Word.OPENS, Word.RAISES, Word.RECOVERS)),
        ("Sulking", (Word.OPENS, Word.RAISES, Word.NEVER)),
    ],
)
def test_what_becomes_of_a_pool_without_a_server_is_said_in_a_word(
    pool: str,
    words: tuple[Word, ...],
    server: EmbeddedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cold_start, "DOWN_SECONDS", 0.1)
    monkeypatch.setattr(cold_start, "HEALING_SECONDS", 1.0)
    seen = observed("cold start", f"tests.fakes.home_made:{pool}", server, tmp_path)
    assert tuple(it.word for it in seen.values()) == words
    refused = next(it for it in seen.values() if it.word is Word.RAISES)
    assert "refused" in refused.exception
