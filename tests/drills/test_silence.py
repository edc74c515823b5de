"""A server that says nothing is waited for, or not, and both are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.drills import silence
from runner.results.observation import Word
from tests.drills.scenes import observed

if TYPE_CHECKING:
    from pathlib import Path

    from runner.server.embedded import EmbeddedServer

HOME_MADE = "tests.fakes.home_made:"


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "GIVEN_UP", 2.5)


def test_a_client_that_has_to_connect_or_to_ask_waits_for_ever_where_nothing_limits_it(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    cases = ("silent network, acquire", "silent network, query", "silent network, release")
    lazy = observed("silence", f"{HOME_MADE}Lazy", server, tmp_path, *cases)
    assert {it.word for it in lazy.values()} == {Word.STILL_WAITING}
    eager = observed("silence", f"{HOME_MADE}HomeMade", server, tmp_path, *cases[:1])
    assert eager[cases[0]].word is Word.ENDS


def test_a_query_with_a_limit_ends_in_an_error(server: EmbeddedServer, tmp_path: Path) -> None:
    case = "silent network, query"
    seen = observed("silence", "asyncpg", server, tmp_path, case, command_timeout=0.3)[case]
    assert seen.word is Word.WAITS
    assert "TimeoutError" in seen.exception
