"""A server that is lost ends a run in a sentence, and nothing that was measured is lost with it."""

from __future__ import annotations

import itertools
import os
import signal
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from runner.__main__ import main
from runner.cli import trial
from runner.cli.screen import Screen
from runner.cli.trial import Trial
from runner.measure import worker_process
from runner.results.rows import paired
from runner.results.run_folder import RunFolder
from runner.server import asked_server, connection, patience, postgres
from runner.server.data_folder import postgres_account, temporary_folder
from runner.server.embedded import EmbeddedServer
from runner.server.postgres import Installation
from runner.server.programs import installed, reachable
from runner.supervision.watchdog import Watchdog
from tests.asking import ask, empty_database
from tests.processes import children, frozen, thaw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from runner.plan.plan import Cell

CONFIG = """
name: test
server: {server}
rounds: 2
duration: 100ms
warmup: 0
turn: {turn}
uncut: 0
limit: false
round_trips: false
control: false
pool: {{max_size: 2, timeout: 200ms}}
matrix: {{adapter: [psycopg3, asyncpg], clients: [2, 3]}}
"""
CELLS = 8
NUMBERS = itertools.count(1)


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.report.charts.drawing.draw", lambda *_, **__: [])
    monkeypatch.setattr(asked_server, "PING_SECONDS", 1.0)
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 2)
    monkeypatch.setattr(worker_process, "LOOK_SECONDS", 0.2)


@pytest.fixture
def before_a_turn(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Do something just before the first turn of the second group begins."""
    begins = Screen.begins

    def arrange(act: Callable[[], object]) -> None:
        groups: list[str] = []

        def begin(self: Screen, cell: Cell, round_: int) -> None:
            begins(self, cell, round_)
            if cell.group not in groups:
                groups.append(cell.group)
                if len(groups) == 2:
                    act()

        monkeypatch.setattr(Screen, "begins", begin)

    return arrange


@pytest.fixture
def ended_well(capsys: pytest.CaptureFixture[str]) -> Callable[[list[str], Path], None]:
    """Check that a run without its server has failed, with all that it had measured."""

    def check(command: list[str], folder: Path) -> None:
        assert main(command) == 1
        printed = capsys.readouterr()
        assert "poolbench: the server is lost: " in printed.err
        assert "--resume" in printed.err
        assert "report:" in printed.out
        rows = RunFolder(folder / "latest").results()
        assert [row.status for row in rows[:2]] == ["ok", "ok"]
        assert all("server_lost" in row.flags for row in rows[2:])

    return check


def command(folder: Path, server: str, turn: str = "off") -> list[str]:
    path = folder / "test.yaml"
    path.write_text(CONFIG.format(server=server, turn=turn), encoding="utf-8")
    return [str(path), "--out", str(folder)]


def test_a_frozen_server_of_a_user_ends_the_run_and_the_rest_is_measured_later(
    tmp_path: Path,
    before_a_turn: Callable[[Callable[[], object]], None],
    ended_well: Callable[[list[str], Path], None],
) -> None:
    with (
        EmbeddedServer(max_connections=30, settings={"fsync": "off"}) as own,
        empty_database(own) as dsn,
    ):
        typed = command(tmp_path, dsn, turn="60ms")

        tree: list[psutil.Process] = []

        def freeze() -> None:
            tree.extend(frozen(own._postgres.pid))

        before_a_turn(freeze)
        try:
            ended_well(typed, tmp_path)
        finally:
            thaw(tree)
        folder = str(RunFolder(tmp_path / "latest").path.resolve())
        assert main([*typed, "--resume", folder, "--strict"]) == 0
        rows = paired(RunFolder(tmp_path / "latest").results())
        assert len(rows) == CELLS
        assert not [row for row in rows if "server_lost" in row.flags]


def test_a_frozen_server_of_our_own_ends_the_run_and_is_gone(
    tmp_path: Path,
    before_a_turn: Callable[[Callable[[], object]], None],
    ended_well: Callable[[list[str], Path], None],
) -> None:
    others = set(postmasters())
    tree: list[psutil.Process] = []

    def freeze() -> None:
        [own] = set(postmasters()) - others
        tree.extend(frozen(own.pid))

    before_a_turn(freeze)
    ended_well(command(tmp_path, "embedded"), tmp_path)
    assert tree
    assert psutil.wait_procs(tree, timeout=20)[1] == []


def postmasters() -> list[psutil.Process]:
    return children("-D")


def test_a_server_that_restarts_ends_the_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before_a_turn: Callable[[Callable[[], object]], None],
    ended_well: Callable[[list[str], Path], None],
) -> None:
    account = postgres_account()
    with Watchdog() as watchdog, temporary_folder(account, watchdog) as folder:
        home = reachable(installed(18), folder, account)
        installation = Installation(home, folder, account, watchdog)
        installation.initialise("secret")

        with ExitStack() as running:
            first = running.enter_context(installation.running({"fsync": "off"}))

            def restart() -> None:
                running.close()
                monkeypatch.setattr(postgres, "free_port", lambda: first.port)
                running.enter_context(installation.running({"fsync": "off"}))

            before_a_turn(restart)
            server = f"postgresql://postgres:secret@127.0.0.1:{first.port}/postgres"
            ended_well(command(tmp_path, server), tmp_path)


@pytest.fixture(scope="module")
def own() -> Iterator[EmbeddedServer]:
    """Start a server to freeze: what is left of a database then may block the others."""
    with EmbeddedServer(max_connections=30, settings={"fsync": "off"}) as own:
        yield own


@pytest.fixture
def tried(
    own: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, Callable[[], object]], int]]:
    """Run a command whose server freezes as it tries a pool; do something while it waits."""
    monkeypatch.setattr(trial, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(patience, "AFTER_SIGNAL_SECONDS", 0.2)
    tree: list[psutil.Process] = []
    of = Trial.of

    def run(command: str, then: Callable[[], object] = lambda: None) -> int:
        def freeze(self: Trial, work: Callable[[], Any]) -> Any:
            tree[:] = frozen(own._postgres.pid)
            threading.Timer(0.1, then).start()
            return of(self, work)

        monkeypatch.setattr(Trial, "of", freeze)
        database = f"tried{next(NUMBERS)}"
        ask(own._uri("postgres", "postgres"), f"CREATE DATABASE {database}")
        return main([command, "--server", own._uri("postgres", database)])

    yield run
    thaw(tree)
    for thread in threading.enumerate():
        if thread.name == "trial":
            thread.join(20)


@pytest.mark.parametrize("typed", ["check", "demo"])
def test_a_server_that_freezes_while_a_pool_is_tried_is_lost(
    typed: str, tried: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tried(typed) == 1
    [said] = capsys.readouterr().err.splitlines()
    assert said.startswith("poolbench: the server is lost: ")


def test_a_signal_ends_the_wait_for_a_frozen_server_and_is_what_is_told(
    tried: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tried("check", lambda: os.kill(os.getpid(), signal.SIGINT)) == 130
    [said] = capsys.readouterr().err.splitlines()
    assert said == "poolbench: interrupted by SIGINT before anything was measured"
