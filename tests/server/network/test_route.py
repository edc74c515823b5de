"""A route through a network leads to the server, keeps its client's name, and ends as a whole."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest

from runner.server.connection import ServerLostError
from runner.server.dsn import ServerError, words_of
from runner.server.external import ExternalServer
from runner.server.network.network import NetworkError
from runner.server.network.route import delayed, far_end
from runner.supervision.watchdog import Watchdog
from tests.asking import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.server.embedded import EmbeddedServer

NAME = "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"


@pytest.fixture(scope="module")
def watchdog() -> Iterator[Watchdog]:
    with Watchdog() as watchdog:
        yield watchdog


def test_all_that_is_said_goes_through_until_the_block_ends(
    server: EmbeddedServer, watchdog: Watchdog
) -> None:
    route = delayed(0.002, watchdog, [min(os.sched_getaffinity(0))])
    assert (route.network, route.cpu(), route.trouble(), route.lives) == (None, None, None, False)
    with route.dsn(server._uri("client", "seeded", "a client")) as near:
        assert route.network is not None
        pid = route.network.pid
        assert route.network.state.delay == 0.001, "half in each direction"
        assert ask(near, NAME) == [("a client",)]
        assert route.network.carried().bytes > 0
        assert (route.cpu() or 0) > 0
        assert (route.trouble(), route.lives) == (None, True)
        assert len(os.sched_getaffinity(pid)) == 1
    assert not psutil.pid_exists(pid)
    assert (route.cpu(), route.trouble(), route.lives) == (None, None, False)
    with pytest.raises(psycopg.OperationalError):
        ask(near, NAME)


def test_a_network_that_has_ended_is_in_trouble(server: EmbeddedServer, watchdog: Watchdog) -> None:
    route = delayed(0.0, watchdog)
    with route.dsn(server._uri("client", "seeded")):
        assert route.network is not None
        os.kill(route.network.pid, signal.SIGKILL)
        assert (route.trouble() or "").startswith("the network was ended by SIGKILL")
        assert route.cpu() is None


def test_a_server_that_is_named_localhost_is_reached_where_it_listens(
    server: EmbeddedServer, watchdog: Watchdog
) -> None:
    dsn = server._uri("client", "seeded").replace("127.0.0.1", "localhost")
    with delayed(0.0, watchdog).dsn(dsn) as near:
        assert ask(near, "SELECT 1") == [(1,)]


def test_the_runner_times_its_own_exchanges_through_it_on_any_server(
    server: EmbeddedServer, elsewhere: str, watchdog: Watchdog
) -> None:
    with ExternalServer(elsewhere) as external, delayed(0.004, watchdog).dsn(elsewhere) as near:
        port = int(words_of(near)["port"])
        for there in (external, server):
            assert min(there.round_trips(3, port)) >= 0.004
            assert min(there.round_trips(3)) > 0


def test_a_network_that_has_ended_is_no_lost_server(
    server: EmbeddedServer, watchdog: Watchdog
) -> None:
    with delayed(0.0, watchdog).dsn(server._uri("client", "seeded")) as near:
        port = int(words_of(near)["port"])
    with pytest.raises(ServerError, match="through a network of ours: ") as caught:
        server.round_trips(1, port)
    assert not isinstance(caught.value, ServerLostError)
    assert server.lost is None


@pytest.mark.parametrize(
    ("dsn", "words"),
    [
        ("host=a,b dbname=d", "several hosts"),
        ("host=/run/postgresql dbname=d", "Unix socket"),
        ("postgresql://u@h/d?sslmode=verify-full", "sslmode=verify-full holds the name"),
    ],
)
def test_where_no_network_of_ours_leads_it_says_so(
    dsn: str, words: str, watchdog: Watchdog
) -> None:
    with pytest.raises(NetworkError, match=words), delayed(0.0, watchdog).dsn(dsn):
        pass


def test_what_is_encrypted_is_carried_as_it_is() -> None:
    assert far_end("postgresql://u@h:7/d?sslmode=require") == ("h", 7)
