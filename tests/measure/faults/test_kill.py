"""Connections of a cell are ended by what they do; those of others never are."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.measure.disturbance import Target
from runner.measure.faults import kill
from tests.asking import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.measure.faults.kill import Kill
    from runner.server.embedded import EmbeddedServer

NAME = "poolbench test kill"
IS_ACTIVE = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND state = 'active'"
WORDS = ("idle", "idle too", "in transaction", "aborted", "active", "another cell")


@contextmanager
def sessions(dsn: str) -> Iterator[dict[str, psycopg.Connection]]:
    """Open sessions of a cell in every state, and one of another cell."""
    with ExitStack() as stack:
        names = dict.fromkeys(WORDS[:-1], NAME) | {WORDS[-1]: "poolbench test other"}
        opened = {
            word: stack.enter_context(closing(psycopg.connect(dsn, application_name=name)))
            for word, name in names.items()
        }
        for word in ("idle", "idle too", "another cell", "active"):
            opened[word].autocommit = True
        opened["in transaction"].execute("SELECT 1")
        with pytest.raises(psycopg.DataError):
            opened["aborted"].execute("SELECT 1 / 0")
        opened["active"].pgconn.send_query(b"SELECT pg_sleep(600)")
        until = time.monotonic() + 20
        while not ask(dsn, IS_ACTIVE, opened["active"].info.backend_pid):
            assert time.monotonic() < until
        yield opened


@pytest.mark.parametrize(
    ("disturbance", "killed"),
    [
        (kill.idle(), {"idle", "idle too"}),
        (kill.idle(1), {"idle"}),
        (kill.active(), {"active"}),
        (kill.in_transaction(), {"in transaction", "aborted"}),
    ],
)
def test_a_kill_ends_the_sessions_in_its_state_and_no_others(
    disturbance: Kill, killed: set[str], server: EmbeddedServer, dsn: str
) -> None:
    with sessions(dsn) as opened:
        pids = {connection.info.backend_pid: word for word, connection in opened.items()}
        with disturbance(Target(server, NAME)):
            rows = ask(dsn, "SELECT pid FROM pg_stat_activity WHERE pid = ANY(%s)", [*pids])
        assert set(pids.values()) - {pids[pid] for (pid,) in rows} == killed
