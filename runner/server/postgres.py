"""A PostgreSQL of our own, made, started and stopped without leaving a trace."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from runner.server import processes
from runner.server.dsn import MOST_PORT, ServerError
from runner.server.settings import ADDRESSES, SOCKET_FOLDERS
from runner.server.transport import LONGEST_SOCKET, socket_path
from runner.supervision.process import Process, dying_with, ending

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from runner.server.data_folder import Account, Folder
    from runner.supervision.interrupts import Interrupts
    from runner.supervision.watchdog import Watchdog

ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC"}
"""The whole environment of PostgreSQL: no PG* variable, no password, messages in English."""

SOCKETS = "s"
"""The folder of its sockets in its own: of a short name, because their paths are limited."""

START_SECONDS = 25
TICK_SECONDS = 0.1
PORT_ATTEMPTS = 5
STOP = ((signal.SIGINT, 10), (signal.SIGQUIT, 7))
"""The signals of a fast and an immediate shutdown, each with its limit in seconds."""


@dataclass(frozen=True)
class Postgres:
    """A running server: its postmaster, and its port on 127.0.0.1."""

    pid: int
    port: int
    sockets: str
    """The folder of its Unix sockets; empty where the path would be too long."""


@dataclass(frozen=True)
class Installation:
    """The programs of a version, the folder that they work in, and the account they run as."""

    home: Path
    folder: Folder
    account: Account
    watchdog: Watchdog
    interrupts: Interrupts | None = None

    def initialise(self, password: str) -> None:
        """Make the data folder; the superuser is `postgres`. Raises ServerError."""
        reader, writer = os.pipe()
        if not self.account.is_ours:
            os.fchown(reader, self.account.uid, self.account.gid)
        os.write(writer, password.encode())
        os.close(writer)
        command = [
            *(str(self.home / "bin" / "initdb"), "-D", str(self.folder.path / "data")),
            *("-U", "postgres", f"--pwfile=/dev/fd/{reader}", "--auth=scram-sha-256"),
            *("--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"),
        ]
        log = self.folder.path / "initdb.log"
        try:
            with self._start(command, log, reader) as process:
                status = self._ended(process)
        finally:
            os.close(reader)
        if status != 0:
            raise ServerError(
                f"the embedded PostgreSQL cannot be initialised: {_complaint(log, status)}"
            )

    @contextmanager
    def running(self, settings: Mapping[str, str]) -> Iterator[Postgres]:
        """Start the server: ready when the block begins, gone when it ends. Raises ServerError."""
        data, log = self.folder.path / "data", self.folder.path / "postgres.log"
        sockets = self._sockets()
        quoted = sockets and '"{}"'.format(sockets.replace('"', '""'))
        listening = {ADDRESSES: "127.0.0.1", SOCKET_FOLDERS: quoted}
        for _ in range(PORT_ATTEMPTS):
            port = free_port()
            command = [str(self.home / "bin" / "postgres"), "-D", str(data)]
            for name, value in {**settings, **listening, "port": port}.items():
                command += ["-c", f"{name}={value}"]
            process = self._start(command, log, server=True)
            try:
                if self._becomes_ready(process, data / "postmaster.pid"):
                    yield Postgres(process.pid, port, sockets)
                    return
                status = process.status
            finally:
                _stop(process)
            if "Address already in use" not in log.read_text("utf-8", "replace"):
                break
        raise ServerError(f"the embedded PostgreSQL does not start: {_complaint(log, status)}")

    def _sockets(self) -> str:
        """Make the folder of its sockets, for its account alone; empty for too long a path."""
        folder = self.folder.path / SOCKETS
        if len(os.fsencode(socket_path(str(folder), MOST_PORT))) > LONGEST_SOCKET:
            return ""
        folder.mkdir(mode=0o700, exist_ok=True)
        self.account.own(folder)
        return str(folder)

    def _start(
        self, command: Sequence[str], log: Path, *descriptors: int, server: bool = False
    ) -> Process:
        """Start a program that holds the folder's lock. Raises ServerError."""
        with log.open("wb") as output:
            try:
                return Process(
                    command,
                    self.watchdog,
                    server=server,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd=self.folder.path,
                    env=ENVIRONMENT,
                    umask=0o077,
                    pass_fds=(self.folder.lock, *descriptors),
                    preexec_fn=dying_with(os.getpid()),
                    **self.account.change,
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise ServerError(f"the embedded PostgreSQL cannot be run: {error}") from error

    def _ended(self, process: Process) -> int | None:
        """Wait for the end of a program; None when the time is up. Raises Interrupted."""
        deadline = time.monotonic() + START_SECONDS
        while (status := process.wait(TICK_SECONDS)) is None and time.monotonic() < deadline:
            self._check()
        return status

    def _becomes_ready(self, process: Process, status: Path) -> bool:
        """Wait until the postmaster has written "ready" in line 8 of its file; False if it ends.

        Raises Interrupted.
        """
        deadline = time.monotonic() + START_SECONDS
        while process.status is None and time.monotonic() < deadline:
            with suppress(OSError, IndexError):  # not there yet, or only half written
                lines = status.read_text("utf-8").splitlines()
                if lines[0] == str(process.pid) and lines[7].strip() == "ready":
                    return True
            self._check()
            time.sleep(0.005)
        return False

    def _check(self) -> None:
        if self.interrupts:
            self.interrupts.check()


def free_port() -> int:
    """Find a port that is free now; another program may still be quicker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stop(process: Process) -> None:
    """Stop the server, and the backends that outlive a postmaster that had to be killed.

    Each backend leads a process session of its own.
    """
    tree = processes.tree(process.pid)
    for each in tree:  # a fault may have frozen it
        with suppress(psutil.Error):
            each.resume()
    process.end(STOP)
    for each in tree:
        with suppress(psutil.Error):
            each.kill()


def _complaint(log: Path, status: int | None) -> str:
    """Find the complaints of PostgreSQL in its log, or else its last words, or how it ended."""
    text = log.read_text("utf-8", "replace")
    complaints = re.findall(r"^.*?\b(?:FATAL|PANIC|HINT): +(.*)$", text, re.MULTILINE)
    if status is None and not complaints:
        return "it is not ready in time"
    return "; ".join(complaints or text.splitlines()[-5:]) or ending("it", status)
