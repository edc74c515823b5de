"""A PgBouncer of a cell's own lends sessions, keeps its secrets, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from threading import Timer
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest

from runner.server import data_folder, pgbouncer, postgres
from runner.server.dsn import words_of
from runner.server.pgbouncer import PgBouncer, Pooling
from runner.server.pgbouncer_program import PoolerError, Program
from runner.supervision.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.server.embedded import EmbeddedServer


@pytest.fixture
def watchdog() -> Iterator[Watchdog]:
    with Watchdog() as watchdog:
        yield watchdog


Making = Callable[[str, int], PgBouncer]


@pytest.fixture
def making(pgbouncer_program: Program, server: EmbeddedServer, watchdog: Watchdog) -> Making:
    """Make a pooler of a mode and a size before the suite's server."""

    def make(mode: str, size: int) -> PgBouncer:
        return PgBouncer(pgbouncer_program, Pooling(mode, size, server.verifier), watchdog)

    return make


def process_of(route: PgBouncer) -> psutil.Process:
    process = route._process
    assert process is not None
    return psutil.Process(process.pid)


@contextmanager
def between(route: PgBouncer, dsn: str, clients: int) -> Iterator[list[psycopg.Connection]]:
    """Connect clients through a pooler."""
    with route.dsn(dsn) as near:
        connections = [psycopg.connect(near, autocommit=True) for _ in range(clients)]
        yield connections
        for connection in connections:
            connection.close()


def session_of(connection: psycopg.Connection) -> int:
    (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
    return int(pid)


def test_in_transaction_mode_clients_share_the_sessions_that_there_are(
    making: Making, dsn: str
) -> None:
    route = making("transaction", 1)
    with between(route, dsn, 3) as clients:
        assert len({session_of(client) for client in clients}) == 1
        gauges = route.gauges()
        assert gauges is not None
        assert gauges.clients == 3
        assert route.lives
        assert (route.cpu() or 0) > 0
        assert route.trouble() is None
    assert not route.lives
    assert (route.cpu(), route.gauges(), route.trouble()) == (None, None, None)


def test_in_session_mode_a_client_has_a_session_of_its_own(making: Making, dsn: str) -> None:
    route = making("session", 2)
    with between(route, dsn, 2) as clients:
        assert len({session_of(client) for client in clients}) == 2


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no process keeps to a core here")
def test_it_keeps_to_the_cores_that_it_is_given(
    pgbouncer_program: Program, dsn: str, server: EmbeddedServer, watchdog: Watchdog
) -> None:
    core = max(os.sched_getaffinity(0))
    pooling = Pooling("session", 1, server.verifier, cores=[core])
    route = PgBouncer(pgbouncer_program, pooling, watchdog)
    with route.dsn(dsn):
        assert process_of(route).cpu_affinity() == [core]


def test_its_secrets_are_for_its_account_alone_and_in_no_argument_or_variable(
    making: Making, dsn: str, server: EmbeddedServer
) -> None:
    route = making("session", 1)
    with route.dsn(dsn) as near:
        process = process_of(route)
        folder = Path(process.cmdline()[-1]).parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        files = [folder / "users.txt", folder / "pgbouncer.ini"]
        assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
        assert process.uids().real == data_folder.postgres_account().uid != 0
        users = (folder / "users.txt").read_text("utf-8")
        password = words_of(near)["password"]
        assert password not in users, "it lets clients in by what the server knows them by"
        for secret in (password, server.verifier, users.split('"')[7]):
            assert secret not in " ".join([*process.cmdline(), *process.environ().values()])
        listening = {it.laddr.ip for it in process.net_connections() if it.status == "LISTEN"}
        assert listening == {"127.0.0.1"}
        assert not any(it.laddr for it in process.net_connections("unix"))
    assert not folder.exists()
    assert not process.is_running()


def test_the_runner_keeps_its_own_way_and_the_sessions_end_with_the_pooler(
    making: Making, server: EmbeddedServer
) -> None:
    server.prepare(["pooled"])
    dsn = server.dsn("pooled", "a cell", pooled=True)
    with between(making("transaction", 2), dsn, 1) as (client,):
        session_of(client)
        assert server.connections("pooled", "a cell") == 1
    deadline = time.monotonic() + 5
    while server.connections("pooled", "a cell") and time.monotonic() < deadline:
        time.sleep(0.01)
    activity = server.activity("pooled")
    assert activity is not None
    assert activity.commits >= 1
    server.discard(["pooled"])


def test_a_session_that_only_reads_does_so_through_a_pooler_too(
    making: Making, server: EmbeddedServer
) -> None:
    server.prepare(["reads"])
    dsn = server.dsn("reads", "a cell", read_only=True, pooled=True)
    with between(making("session", 2), dsn, 2) as clients:
        for client in clients:  # a session may have been another client's before
            assert client.execute("SELECT count(*) FROM poolbench.pedido").fetchone()
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                client.execute("DELETE FROM poolbench.pedido")
    server.discard(["reads"])


def test_one_that_is_killed_or_frozen_is_in_trouble(
    making: Making, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pgbouncer, "ANSWER_SECONDS", 0.2)
    route = making("session", 1)
    with route.dsn(dsn):
        os.kill(process_of(route).pid, signal.SIGSTOP)
        assert route.trouble() == "PgBouncer does not answer"
        assert route.gauges() is None
        os.kill(process_of(route).pid, signal.SIGKILL)
        assert route._process is not None
        route._process.wait(5)
        assert "PgBouncer was ended by SIGKILL" in str(route.trouble())
        assert route.cpu() is None


def test_one_that_is_slow_once_is_in_no_trouble_and_is_asked_again(
    making: Making, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pgbouncer, "ANSWER_SECONDS", 0.2)
    route = making("session", 2)
    with between(route, dsn, 1):
        monkeypatch.setattr(pgbouncer, "ANSWER_SECONDS", 20.0)  # of the second question
        pid = process_of(route).pid
        os.kill(pid, signal.SIGSTOP)
        goes_on = Timer(1.0, os.kill, (pid, signal.SIGCONT))
        goes_on.start()
        assert route.trouble() is None
        goes_on.join()
        gauges = route.gauges()
        assert gauges is not None
        assert gauges.clients == 1


def test_a_port_that_another_program_took_is_replaced(
    making: Making, dsn: str, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = [server._postgres.port, postgres.free_port()]
    monkeypatch.setattr(pgbouncer, "free_port", lambda: ports.pop(0))
    with between(making("session", 1), dsn, 1) as (client,):
        assert session_of(client)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("echo 'bad settings'; exit 3", r"does not start: PgBouncer ended with status 3; its last"),
        ("", "cannot be run: "),
    ],
)
def test_one_that_does_not_start_says_why_and_nothing_is_left(
    script: str, sentence: str, dsn: str, watchdog: Watchdog, temporary: Path
) -> None:
    path = temporary / "pgbouncer"
    if script:
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
    route = PgBouncer(Program(str(path), "1.18.0"), Pooling("session", 1, ""), watchdog)
    with pytest.raises(PoolerError, match=sentence), route.dsn(dsn):
        pass
    assert [it.name for it in temporary.iterdir()] == ([path.name] if script else [])


RUNNER = """
import sys
from runner.server.pgbouncer import PgBouncer, Pooling
from runner.server.pgbouncer_program import find
from runner.supervision.watchdog import Watchdog

with Watchdog() as watchdog:
    route = PgBouncer(find(), Pooling("session", 1, ""), watchdog)
    with route.dsn(sys.stdin.readline().strip()):
        print(route._process.pid, flush=True)
        sys.stdin.read()
"""


@pytest.mark.usefixtures("pgbouncer_program")
def test_it_does_not_outlive_a_runner_that_is_killed(dsn: str) -> None:
    command = [sys.executable, "-c", RUNNER]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as runner:
        assert runner.stdin is not None
        assert runner.stdout is not None
        runner.stdin.write(f"{dsn}\n")
        runner.stdin.flush()
        process = psutil.Process(int(runner.stdout.readline()))
        folder = Path(process.cmdline()[-1]).parent
        assert folder.exists()
        runner.kill()
    psutil.wait_procs([process], timeout=10)
    assert not process.is_running()
    deadline = time.monotonic() + 10
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not folder.exists()
