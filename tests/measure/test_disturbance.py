"""Only the cell is disturbed, and its server is not taken for lost meanwhile."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

import adapters
from adapters import PoolOptions, step
from runner.measure.disturbance import Need, Target, disturbed
from runner.measure.faults import kill
from runner.server.dsn import ServerError
from runner.server.embedded import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.base import PoolAdapter
    from adapters.psycopg3_pool import Psycopg3Connection

NAME = "poolbench test a cell"


@pytest.fixture
def key(server: EmbeddedServer) -> Iterator[str]:
    server.prepare(["disturbed"])
    yield "disturbed"
    server.discard(["disturbed"])


@pytest.fixture
def pool(server: EmbeddedServer, key: str) -> Iterator[PoolAdapter[Psycopg3Connection]]:
    """Open a real pool of three connections, all of them idle."""
    options = PoolOptions(min_size=3, max_size=3, timeout=10.0)
    pool = adapters.create("psycopg3", server.dsn(key, NAME), options)
    step(pool.open())
    yield pool
    step(pool.close())


def idle(server: EmbeddedServer, name: str) -> set[int]:
    with server._asking() as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND state = 'idle'",
            [name],
        )
        return {pid for (pid,) in rows}


def eventually_idle(server: EmbeddedServer, number: int) -> set[int]:
    """Wait until the pool has that many idle connections: it fills in the background."""
    until = time.monotonic() + 20
    while len(pids := idle(server, NAME)) != number and time.monotonic() < until:
        time.sleep(0.02)
    return pids


@pytest.mark.usefixtures("pool")
def test_the_idle_connections_of_a_pool_are_ended_and_no_other(
    server: EmbeddedServer, key: str
) -> None:
    before = eventually_idle(server, 3)
    assert len(before) == 3
    target = Target(server, NAME)
    with psycopg.connect(server.dsn(key, "another cell"), autocommit=True) as other:
        began = time.monotonic_ns()
        with disturbed(kill.idle(), target) as moments:
            assert moments.mended is not None
            assert began < moments.broken < moments.mended < time.monotonic_ns()
            assert server.connections(key, NAME) is None, "it is asked nothing"
        assert not idle(server, NAME) & before
        assert other.execute("SELECT 1").fetchone() == (1,)
        assert idle(server, "another cell") == {other.info.backend_pid}


@pytest.mark.usefixtures("pool")
def test_a_disturbance_without_what_it_needs_is_refused_before_it_breaks_anything(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = eventually_idle(server, 3)
    monkeypatch.setattr(EmbeddedServer, "transparent", False)  # as behind a pooler
    with (
        pytest.raises(ServerError, match="needs connections that the server knows by the client"),
        disturbed(kill.idle(), Target(server, NAME)),
    ):
        pytest.fail("it was done")
    assert idle(server, NAME) == before


class Recorded:
    """A disturbance that notes what the server says while it mends."""

    needs: frozenset[Need] = frozenset()
    lasts = True

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.answers: list[object] = []

    @contextmanager
    def __call__(self, target: Target) -> Iterator[None]:
        self.answers.append(self.server.connections("disturbed", target.application_name))
        try:
            yield
        finally:
            self.answers.append(self.server.connections("disturbed", target.application_name))


@pytest.mark.usefixtures("key")
def test_it_may_use_the_server_to_break_and_to_mend_though_the_cell_fails(
    server: EmbeddedServer,
) -> None:
    disturbance = Recorded(server)
    began = time.monotonic_ns()
    with ExitStack() as stack:
        stack.enter_context(pytest.raises(ZeroDivisionError))
        moments = stack.enter_context(disturbed(disturbance, Target(server, NAME)))
        assert server.connections("disturbed", NAME) is None
        assert moments.mended is None
        raise ZeroDivisionError
    assert disturbance.answers == [0, 0]
    assert moments.mended is not None
    assert began <= moments.broken <= moments.mended <= time.monotonic_ns()
