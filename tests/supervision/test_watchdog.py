"""The watchdog ends all that a dead runner leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from runner.server.data_folder import PREFIX, postgres_account, sweep
from runner.supervision import watchdog
from runner.supervision.process_session import started
from runner.supervision.watchdog import Watchdog
from tests.processes import alive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RUNNER = """
import subprocess, sys, time
from runner.server.embedded import EmbeddedServer
from runner.supervision.watchdog import Watchdog

settings = {"fsync": "off"}
with Watchdog() as watchdog, EmbeddedServer(20, settings=settings, watchdog=watchdog) as server:
    sleep = ["/bin/sleep", "600"]
    cell = subprocess.Popen(sleep, start_new_session=True, stdout=subprocess.DEVNULL)
    watchdog.process(cell.pid)
    # It inherits all that can be inherited, and yet does not hold the pipe to the watchdog.
    bystander = subprocess.Popen(sleep, close_fds=False, stdout=subprocess.DEVNULL)
    print(watchdog._watchdog.pid, server._postgres.pid, cell.pid, bystander.pid, flush=True)
    time.sleep(600)
"""


@contextmanager
def a_runner(directory: Path) -> Iterator[list[psutil.Process]]:
    """Start a runner; yield it, its watchdog, its server, its cell and a child of no interest."""
    with subprocess.Popen(
        [sys.executable, "-c", RUNNER],
        cwd=Path(watchdog.__file__).parents[2],
        env={**os.environ, "TMPDIR": str(directory)},
        stdout=subprocess.PIPE,
        text=True,
    ) as runner:
        assert runner.stdout is not None
        numbers = [int(word) for word in runner.stdout.readline().split()]
        processes = [psutil.Process(number) for number in (runner.pid, *numbers)]
        _, _, server, cell, bystander = processes
        try:
            yield processes
        finally:
            runner.kill()
            for process in (cell, bystander, *psutil.wait_procs([server], timeout=20)[1]):
                with suppress(psutil.NoSuchProcess):
                    process.kill()


@pytest.fixture
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="with space ") as name:
        Path(name).chmod(0o755)
        yield Path(name).resolve()


def eventually(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 30
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["/bin/sleep", "600"], start_new_session=True) as process:
        yield process
        process.kill()


def test_a_killed_runner_leaves_no_process_and_no_folder(directory: Path) -> None:
    with a_runner(directory) as (runner, watchdog, server, cell, bystander):
        tree = [server, *server.children(recursive=True)]
        assert len(list(directory.glob(PREFIX + "*"))) == 1
        runner.kill()
        for process in (*tree, cell, watchdog):
            assert eventually(lambda process=process: not alive(process)), process  # type: ignore[misc]
        assert list(directory.iterdir()) == []
        assert alive(bystander)


def test_without_runner_and_watchdog_the_server_ends_and_the_next_run_sweeps(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_runner(directory) as (runner, watchdog, server, _, _):
        watchdog.kill()
        assert eventually(lambda: not alive(watchdog))
        assert alive(server)
        runner.kill()
        assert eventually(lambda: not alive(server))
        monkeypatch.setattr(tempfile, "tempdir", str(directory))

        def swept() -> bool:
            sweep(directory, postgres_account().uid)  # the last backend gives up the lock
            return not list(directory.glob(PREFIX + "*"))

        assert len(list(directory.glob(PREFIX + "*"))) == 1
        assert eventually(swept)


def test_what_is_still_listed_ends_with_the_block(
    sleeper: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "a folder"
    (folder / "deep").mkdir(parents=True)
    with Watchdog() as watchdog:
        watchdog.process(sleeper.pid)
        watchdog.folder(folder)
    assert sleeper.wait(20) == -signal.SIGKILL
    assert not folder.exists()
    assert tmp_path.exists()


@pytest.mark.parametrize("frozen", [False, True])
def test_a_server_may_shut_down_before_it_is_killed(frozen: bool) -> None:  # noqa: FBT001
    shell = ["/bin/sh", "-c", "trap 'echo down; exit' QUIT; echo up; while :; do sleep 0.1; done"]
    # A shell cannot trap a signal that it was born to ignore, as the jobs of a script's `&` are.
    heeding = partial(signal.signal, signal.SIGQUIT, signal.SIG_DFL)
    with subprocess.Popen(
        shell,
        start_new_session=True,
        stdout=subprocess.PIPE,
        preexec_fn=heeding,  # noqa: PLW1509 - no other thread runs yet
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"up\n"
        with Watchdog() as watchdog:
            watchdog.server(server.pid)
            if frozen:
                os.kill(server.pid, signal.SIGSTOP)
        eventually(lambda: server.poll() is not None)
        server.kill()
        assert server.stdout.read() == b"down\n"


def test_what_has_gone_is_forgotten(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    with Watchdog() as watchdog:
        watchdog.process(sleeper.pid)
        watchdog.server(sleeper.pid)
        watchdog.folder(tmp_path)
        watchdog.gone(sleeper.pid)
        watchdog.removed(tmp_path)
    assert sleeper.poll() is None
    assert tmp_path.exists()


def test_a_whole_session_ends_with_its_leader() -> None:
    shell = ["/bin/sh", "-c", "sleep 600 & echo $!; wait"]
    with subprocess.Popen(shell, start_new_session=True, stdout=subprocess.PIPE) as leader:
        assert leader.stdout is not None
        child = psutil.Process(int(leader.stdout.readline()))
        with Watchdog() as watchdog:
            watchdog.process(leader.pid)
        ended = eventually(lambda: not alive(child))
        with suppress(psutil.NoSuchProcess):
            child.kill()
        assert ended


@pytest.mark.parametrize("reaped", [False, True])
def test_what_a_dead_leader_left_behind_ends_too(reaped: bool) -> None:  # noqa: FBT001
    with orphaned() as (leader, child):
        with Watchdog() as watchdog:
            if reaped:
                leader.wait(20)
            watchdog.process(leader.pid)
        assert eventually(lambda: not alive(child))


@contextmanager
def orphaned() -> Iterator[tuple[subprocess.Popen[bytes], psutil.Process]]:
    """Start a leader that dies, and yield it with the child that it leaves behind."""
    shell = ["/bin/sh", "-c", "sleep 600 & echo $!; kill -9 $$"]
    with subprocess.Popen(shell, start_new_session=True, stdout=subprocess.PIPE) as leader:
        assert leader.stdout is not None
        child = psutil.Process(int(leader.stdout.readline()))
        try:
            assert eventually(lambda: started(leader.pid) is None)
            yield leader, child
        finally:
            with suppress(psutil.NoSuchProcess):
                child.kill()


def test_the_watchdog_hears_the_runner_alone(sleeper: subprocess.Popen[bytes]) -> None:
    """The watchdog has a session of its own and takes no signal for an end."""
    with Watchdog() as watchdog:
        pid = watchdog._watchdog.pid
        assert os.getsid(pid) == pid
        assert eventually(lambda: ignores(pid) >= {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(pid, number)
        watchdog.process(sleeper.pid)
    assert sleeper.wait(20) == -signal.SIGKILL


def ignores(pid: int) -> set[int]:
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    [mask] = [int(line.split()[1], 16) for line in lines if line.startswith("SigIgn")]
    return {number for number in range(1, 65) if mask >> (number - 1) & 1}


def test_a_killed_watchdog_does_not_stop_the_runner(sleeper: subprocess.Popen[bytes]) -> None:
    with Watchdog() as watchdog:
        watchdog._watchdog.kill()
        watchdog._watchdog.wait()
        watchdog.process(sleeper.pid)
    assert sleeper.poll() is None


def test_a_path_cannot_smuggle_in_a_line(tmp_path: Path) -> None:
    with Watchdog() as watchdog, pytest.raises(ValueError, match="cannot hold"):
        watchdog.folder(Path(f"{tmp_path}\nfolder {tmp_path}"))
    assert tmp_path.exists()
