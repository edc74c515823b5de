"""Connections that grow old are closed by the pool, by the server, or kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.drills import ageing
from runner.results.observation import Word
from tests.drills.scenes import observed

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from runner.server.embedded import EmbeddedServer

HOME_MADE = "tests.fakes.home_made:"


def test_what_stays_open_without_load_is_counted(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ageing, "REST_SECONDS", 2.5)
    cases = tuple(ageing.RESTS)
    kept = observed("ageing", f"{HOME_MADE}Lazy", server, tmp_path, *cases)
    assert [it.figure for it in kept.values()] == [ageing.SIZE, None]
    assert kept[cases[1]].word is Word.NOT_APPLICABLE
    limited = observed("ageing", "asyncpg", server, tmp_path, *cases)
    assert limited[cases[0]].figure == ageing.SIZE
    assert limited[cases[1]].figure != ageing.SIZE


def test_sessions_that_replace_each_other_are_counted(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ageing, "PAUSE", 0.0)
    lifetime, uses = ageing.USED
    seen = observed("ageing", "asyncpg", server, tmp_path, lifetime, uses)
    assert seen[lifetime].word is Word.NOT_APPLICABLE
    assert seen[uses].word is Word.TAKES
    assert (seen[uses].figure or 0) >= ageing.MOST_USES / ageing.USES


def test_a_pool_whose_idle_sessions_were_closed_fails_for_a_while_or_for_ever(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ageing, "IDLE_SECONDS", 0.1)
    monkeypatch.setattr(ageing, "LATER_SECONDS", 0.4)
    monkeypatch.setattr(ageing, "WORK_SECONDS", 1.5)
    plain, validated = ageing.CLOSED
    for pool, word in (("HomeMade", Word.NEVER), ("Surviving", Word.FAILS)):
        seen = observed("ageing", HOME_MADE + pool, server, tmp_path, plain, validated)
        assert seen[plain].word is word
        assert seen[validated].word is Word.NOT_APPLICABLE
