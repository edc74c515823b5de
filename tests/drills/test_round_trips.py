"""What a pool says to its server beside the client's question is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.drills import round_trips
from runner.results.observation import Word
from tests.drills.scenes import observed

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from runner.server.embedded import EmbeddedServer

HOME_MADE = "tests.fakes.home_made:"
EQUAL, STOCK, VALIDATED = round_trips.ASKED


def test_a_pool_that_cleans_takes_more_round_trips_than_one_that_does_not(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    clean = observed("round trips", f"{HOME_MADE}HomeMade", server, tmp_path, *round_trips.ASKED)
    assert clean[EQUAL].word is Word.TAKES
    assert (clean[EQUAL].figure or 0) > 1
    assert clean[STOCK].word is clean[VALIDATED].word is Word.NOT_APPLICABLE
    dirty = observed("round trips", f"{HOME_MADE}Dirty", server, tmp_path, EQUAL)
    assert dirty[EQUAL].figure == 1


def test_proving_a_connection_takes_round_trips(server: EmbeddedServer, tmp_path: Path) -> None:
    for adapter in ("psycopg3", "asyncpg"):
        seen = observed("round trips", adapter, server, tmp_path, EQUAL, VALIDATED)
        plain, validated = (it.figure or 0 for it in seen.values())
        assert validated > plain > 0


def test_sessions_and_times_of_connecting_are_counted(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(round_trips, "LENGTH", 0.3)
    monkeypatch.setattr(round_trips, "CONNECTS", 3)
    cases = (round_trips.SESSIONS, round_trips.CONNECTING, round_trips.OPENING)
    seen = observed("round trips", f"{HOME_MADE}HomeMade", server, tmp_path, *cases)
    assert seen[round_trips.SESSIONS].figure == round_trips.SIZE
    assert (seen[round_trips.CONNECTING].figure or 0) >= 2
    assert (seen[round_trips.OPENING].figure or 0) > 0
