"""What concerns a whole process is seen: two sides of a fork, and a signal in a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.drills import fork, interrupt
from runner.results.observation import Danger, Word
from tests.drills.scenes import observed

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from runner.server.embedded import EmbeddedServer

HOME_MADE = "tests.fakes.home_made:"


def test_sides_that_share_connections_disturb_each_other_and_others_do_not(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fork, "GIVEN_UP", 3.0)
    shared = observed("fork", f"{HOME_MADE}Dirty", server, tmp_path)
    assert {it.word for it in shared.values()} == {Word.BREAKS}
    apart = observed("fork", f"{HOME_MADE}Forking", server, tmp_path)
    assert {case: it.word for case, it in apart.items()} == dict.fromkeys(fork.CASES, Word.CLEAN)


def test_a_program_is_interrupted_in_its_query_or_only_after_it(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    soon = observed("interrupt", f"{HOME_MADE}HomeMade", server, tmp_path)
    words = (Word.ENDS, Word.CLEAN, Word.CLEAN)
    assert tuple(it.word for it in soon.values()) == words
    late = observed("interrupt", "psycopg2", server, tmp_path, "the program")
    assert late["the program"].danger is Danger.DANGEROUS


def test_a_connection_that_was_lost_with_its_query_is_missed(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    assert interrupt.CASES[2] == "the pool"
    seen = observed("interrupt", f"{HOME_MADE}Fragile", server, tmp_path, "the pool")["the pool"]
    assert (seen.word, seen.figure) == (Word.LOSES, 1)
