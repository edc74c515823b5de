"""A server of our own is broken as each outage says, and whole again after it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest

from runner.measure.disturbance import Need, Target, disturbed, missing
from runner.measure.faults.outage import Down, Frozen, IdleTimeout, NoSlots, Restart
from runner.server.embedded import EmbeddedServer
from runner.server.postgres import Installation
from runner.supervision.interrupts import Interrupted
from tests.processes import cores_of

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "poolbench test outage"


@pytest.fixture(scope="module")
def own() -> Iterator[EmbeddedServer]:
    """Start a server that nobody else needs meanwhile."""
    with EmbeddedServer(max_connections=20) as server:
        server.prepare(["broken"])
        yield server


@pytest.fixture
def way(own: EmbeddedServer) -> str:
    return own.dsn("broken", NAME)


def answers(dsn: str) -> bool:
    """Ask for the rows, again for up to 20 seconds where every slot is still taken."""
    until = time.monotonic() + 20
    while True:
        try:
            with psycopg.connect(dsn, connect_timeout=10) as connection:
                question = "SELECT count(*) FROM poolbench.pedido"
                return connection.execute(question).fetchone() is not None
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_a_server_that_is_down_refuses_and_has_kept_its_rows_and_cores(
    own: EmbeddedServer, way: str
) -> None:
    core = {max(os.sched_getaffinity(0))}
    own.keep_to(core)
    with psycopg.connect(way) as before:
        with disturbed(Down(), Target(own, NAME)) as moments:
            assert moments.mended is None
            with pytest.raises(psycopg.OperationalError, match="refused"):
                psycopg.connect(way)
            with pytest.raises(psycopg.OperationalError):
                before.execute("SELECT 1")
        assert moments.mended is not None
    assert answers(way)
    assert cores_of([psutil.Process(own._postgres.pid)]) == [core]
    own.keep_to(None)
    own.look()
    assert own.connections("broken", NAME) == 0


def test_a_server_that_is_down_comes_up_again_whatever_signal_was_noted_meanwhile(
    own: EmbeddedServer, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with disturbed(Down(), Target(own, NAME)):
        monkeypatch.setattr(Installation, "_check", noted)
    assert answers(way)


def noted(_installation: Installation) -> None:
    raise Interrupted(2)


def test_a_restart_ends_all_sessions_and_is_over_at_once(own: EmbeddedServer, way: str) -> None:
    with psycopg.connect(way) as before, disturbed(Restart(), Target(own, NAME)) as moments:
        assert moments.mended is not None
        assert answers(way)
        with pytest.raises(psycopg.OperationalError):
            before.execute("SELECT 1")


def test_a_frozen_server_answers_nothing_until_it_goes_on(own: EmbeddedServer, way: str) -> None:
    with psycopg.connect(way, autocommit=True) as before:
        with disturbed(Frozen(), Target(own, NAME)):
            before.pgconn.send_query(b"SELECT 1")
            with pytest.raises(psycopg.OperationalError, match="timeout"):
                psycopg.connect(way, connect_timeout=2)
            before.pgconn.consume_input()
            assert before.pgconn.is_busy()
        assert before.pgconn.get_result() is not None
        assert before.pgconn.get_result() is None
    assert answers(way)


def test_where_there_are_no_slots_nobody_gets_in_and_those_within_go_on(
    own: EmbeddedServer, way: str
) -> None:
    assert own.disconnected(NAME, 20)
    with (
        psycopg.connect(way, autocommit=True) as within,
        disturbed(NoSlots(), Target(own, NAME)),
    ):
        assert within.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError, match="slots"):
            psycopg.connect(way)
    assert answers(way)


def test_an_idle_session_is_closed_after_its_time_and_later_ones_are_not(
    own: EmbeddedServer, way: str
) -> None:
    with psycopg.connect(way, autocommit=True) as idle:
        with disturbed(IdleTimeout(0.05), Target(own, NAME)):
            assert closed(idle)
        with psycopg.connect(way, autocommit=True) as later:
            assert later.execute("SHOW idle_session_timeout").fetchone() == ("0",)


def closed(connection: psycopg.Connection) -> bool:
    """Wait up to 20 seconds until a session has been closed for being idle.

    It learns of the time-out with a command: it is given one after pauses that are longer.
    """
    until = time.monotonic() + 20
    try:
        while time.monotonic() < until:
            connection.execute("SELECT 1")
            time.sleep(0.5)
    except psycopg.OperationalError:
        return True
    return False


def test_somebodys_server_is_never_stopped(
    own: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmbeddedServer, "breakable", None)
    for outage in (Down(), Restart(), Frozen(), NoSlots(), IdleTimeout(1)):
        assert missing(outage.needs, own, network=True) == [Need.OWN_SERVER]
