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


class Postgres:
    """A server that can be stopped and started again, on the same port of 127.0.0.1.

    On Linux it ends with the thread that starts it.
    """

    def __init__(self, installation: Installation, settings: Mapping[str, str]) -> None:
        """Take its settings; nothing is started yet."""
        self._installation = installation
        self.sockets = installation.sockets()
        """The folder of its Unix sockets; empty where the path would be too long."""
        quoted = self.sockets and '"{}"'.format(self.sockets.replace('"', '""'))
        self._settings = {**settings, ADDRESSES: "127.0.0.1", SOCKET_FOLDERS: quoted}
        self._process: Process | None = None
        self.pid = 0
        """Its postmaster, or the last one."""
        self.port = 0

    def start(self, *, mending: bool = False) -> None:
        """Start it, on a free port at first; it is ready then. Raises ServerError.

        No signal ends the wait where it is `mending` what was broken on purpose; else Interrupted.
        """
        installation = self._installation
        for _ in range(PORT_ATTEMPTS):
            port = self.port or free_port()
            process = self._process = installation.start({**self._settings, "port": str(port)})
            self.pid = process.pid
            ready = False
            try:
                ready = installation.becomes_ready(process, mending=mending)
            finally:
                status = process.status
                if not ready:
                    self.stop()
            if ready:
                self.port = port
                return
            if self.port or not installation.port_was_taken:
                break
        raise ServerError(
            f"the embedded PostgreSQL does not start: {installation.complaint(status)}"
        )

    def stop(self) -> None:
        """Stop it, and the backends that outlive a postmaster that had to be killed.

        Each backend leads a process session of its own.
        """
        process, self._process = self._process, None  # its number may be another's afterwards
        if process is None:
            return
        tree = processes.tree(process.pid)
        for each in tree:  # a fault may have frozen it
            with suppress(psutil.Error):
                each.resume()
        process.end(STOP)
        for each in tree:
            with suppress(psutil.Error):
                each.kill()


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
        postgres = Postgres(self, settings)
        try:
            postgres.start()
            yield postgres
        finally:
            postgres.stop()

    def sockets(self) -> str:
        """Make the folder of its sockets, for its account alone; empty for too long a path."""
        folder = self.folder.path / SOCKETS
        if len(os.fsencode(socket_path(str(folder), MOST_PORT))) > LONGEST_SOCKET:
            return ""
        folder.mkdir(mode=0o700, exist_ok=True)
        self.account.own(folder)
        return str(folder)

    def start(self, settings: Mapping[str, str]) -> Process:
        """Start the server on its data; it is not ready yet. Raises ServerError."""
        command = [str(self.home / "bin" / "postgres"), "-D", str(self._data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return self._start(command, self._log, server=True)

    @property
    def _data(self) -> Path:
        return self.folder.path / "data"

    @property
    def _log(self) -> Path:
        return self.folder.path / "postgres.log"

    @property
    def port_was_taken(self) -> bool:
        """It did not start because another program was quicker to take its port."""
        return "Address already in use" in self._log.read_text("utf-8", "replace")

    def complaint(self, status: int | None) -> str:
        """Find out why it did not start."""
        return _complaint(self._log, status)

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

    def becomes_ready(self, process: Process, *, mending: bool = False) -> bool:
        """Wait until the postmaster has written "ready" in line 8 of its file; False if it ends.

        Raises Interrupted, but not where it is mending.
        """
        status = self._data / "postmaster.pid"
        deadline = time.monotonic() + START_SECONDS
        while process.status is None and time.monotonic() < deadline:
            with suppress(OSError, IndexError):  # not there yet, or only half written
                lines = status.read_text("utf-8").splitlines()
                if lines[0] == str(process.pid) and lines[7].strip() == "ready":
                    return True
            if not mending:
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


def _complaint(log: Path, status: int | None) -> str:
    """Find the complaints of PostgreSQL in its log, or else its last words, or how it ended."""
    text = log.read_text("utf-8", "replace")
    complaints = re.findall(r"^.*?\b(?:FATAL|PANIC|HINT): +(.*)$", text, re.MULTILINE)
    if status is None and not complaints:
        return "it is not ready in time"
    return "; ".join(complaints or text.splitlines()[-5:]) or ending("it", status)
