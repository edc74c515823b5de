"""A PgBouncer between one cell's clients and the server: a route that is no connection's own."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg

from runner.server import processes
from runner.server.connection import connect
from runner.server.data_folder import postgres_account, temporary_folder
from runner.server.dsn import uri, words_of
from runner.server.pgbouncer_program import PoolerError
from runner.server.postgres import ENVIRONMENT, PORT_ATTEMPTS, free_port
from runner.server.relay import LOOPBACK
from runner.supervision.process import Process, dying_with, ending

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from runner.server.connection import Connection
    from runner.server.data_folder import Account, Folder
    from runner.server.pgbouncer_program import Program
    from runner.supervision.interrupts import Interrupts
    from runner.supervision.watchdog import Watchdog

ADMIN = "poolbench"
"""The role of the console, which no server has to know."""

CONSOLE = "postgresql://poolbench:{password}@127.0.0.1:{port}/pgbouncer?sslmode=disable"

START_SECONDS = 10.0
TICK_SECONDS = 0.005
ANSWER_SECONDS = 2.0
"""Limit for the console to answer."""

STOP = ((signal.SIGCONT, 0.0), (signal.SIGTERM, 2.0))
"""The signals that end it, one that is frozen too, each with its limit in seconds: from 1.23 on it
waits for its clients."""

PREPARED = 200
"""Statements that it keeps of each client, where it can: its own default, from 1.24 on."""

SETTINGS = """\
[databases]
{dbname} = host={host} port={port}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own_port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
admin_users = {admin}
pool_mode = {mode}
default_pool_size = {size}
max_client_conn = {clients}
ignore_startup_parameters = extra_float_digits
log_connections = 0
log_disconnections = 0
log_stats = 0
"""


@dataclass(frozen=True)
class Pooling:
    """The task of a PgBouncer."""

    mode: str
    size: int
    """The sessions of the server that it has for its clients."""
    verifier: str
    """The SCRAM verifier of the clients' password: it does not know the password itself, which
    would cost it the derivation of its keys at each login."""
    clients: int = 100
    """The most connections that clients may have."""
    cores: Collection[int] | None = None
    """The cores that it keeps to; None is all of the runner's."""


@dataclass(frozen=True)
class Gauges:
    """A cell's clients, as the console tells of them."""

    clients: int
    """Connections of clients."""
    maxwait: float
    """Seconds that the client has waited which waits longest for a session of the server."""


class PgBouncer:
    """A route through a PgBouncer of its own, which lives as long as the block of `dsn`.

    Enter the block in a thread that lives as long.
    """

    transparent = False

    def __init__(
        self,
        program: Program,
        pooling: Pooling,
        watchdog: Watchdog,
        interrupts: Interrupts | None = None,
    ) -> None:
        """Take what it is to do; nothing is started yet."""
        self._program = program
        self._pooling = pooling
        self._watchdog = watchdog
        self._interrupts = interrupts
        self._process: Process | None = None
        self._console: Connection | None = None
        self._console_dsn = ""
        self._printed = ""
        """The file of what it prints."""
        self._database = ""

    @contextmanager
    def dsn(self, dsn: str) -> Iterator[str]:
        """Start it before the server of `dsn`, and yield the DSN of its near end.

        Raises PoolerError, Interrupted.
        """
        words = words_of(dsn)
        self._database = words["dbname"]
        with ExitStack() as stack:
            account = postgres_account()
            folder = stack.enter_context(temporary_folder(account, self._watchdog))
            stack.callback(self._stop)
            port = self._started(folder, account, words)
            yield uri(dsn, host=LOOPBACK, port=str(port), sslmode="disable")

    def _started(self, folder: Folder, account: Account, words: Mapping[str, str]) -> int:
        """Start it on a port that is free; another program may be quicker, so several times."""
        password = secrets.token_urlsafe(24)
        users = {words["user"]: self._pooling.verifier, ADMIN: password}
        lines = "".join(f'"{user}" "{word}"\n' for user, word in users.items())
        self._printed = str(folder.path / "pgbouncer.log")
        for _ in range(PORT_ATTEMPTS):
            port = free_port()
            _write(folder.path / "users.txt", lines)
            _write(folder.path / "pgbouncer.ini", self._settings(folder, words, port))
            account.own(folder.path)
            self._process = self._start(folder, account)
            with suppress(ProcessLookupError, psutil.Error):  # it may have ended already
                processes.keep_to(self._process.pid, self._pooling.cores)
            self._console_dsn = CONSOLE.format(password=password, port=port)
            if self._becomes_ready():
                return port
            trouble, printed = self.trouble(), self._log()
            self._stop()
            if "address already in use" not in printed.lower():
                break
        raise PoolerError(f"PgBouncer does not start: {trouble}")

    def _settings(self, folder: Folder, words: Mapping[str, str], port: int) -> str:
        text = SETTINGS.format(
            **{word: words[word] for word in ("dbname", "host", "port")},
            own_port=port,
            users=folder.path / "users.txt",
            admin=ADMIN,
            mode=self._pooling.mode,
            size=self._pooling.size,
            clients=self._pooling.clients,
        )
        keeps = self._program.keeps_prepared
        return text + (f"max_prepared_statements = {PREPARED}\n" if keeps else "")

    def _start(self, folder: Folder, account: Account) -> Process:
        with open(self._printed, "wb") as output:  # noqa: PTH123 - it is kept as text
            try:
                return Process(
                    [self._program.path, str(folder.path / "pgbouncer.ini")],
                    self._watchdog,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd=folder.path,
                    env=ENVIRONMENT,
                    umask=0o077,
                    pass_fds=(folder.lock,),
                    preexec_fn=dying_with(os.getpid()),
                    **account.change,
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise PoolerError(f"PgBouncer cannot be run: {error}") from error

    def _becomes_ready(self) -> bool:
        """Wait until its console answers; False if it ends. Raises Interrupted."""
        deadline = time.monotonic() + START_SECONDS
        while self.lives and time.monotonic() < deadline:
            with suppress(psycopg.Error):
                self._console = self._connected(START_SECONDS)
                return True
            time.sleep(TICK_SECONDS)
        return False

    def _connected(self, seconds: float) -> Connection:
        """Connect to its console. May raise psycopg.Error, Interrupted."""
        console = connect(self._console_dsn, self._interrupts, seconds)
        console.answer_seconds = ANSWER_SECONDS
        return console

    def _stop(self) -> None:
        """Stop it; its sessions on the server end with it."""
        if self._console is not None:
            self._console.close()
            self._console = None
        if self._process is not None:
            self._process.end(STOP)
            self._process = None

    def _log(self) -> str:
        with suppress(OSError):
            return Path(self._printed).read_text("utf-8", "replace")
        return ""

    @property
    def lives(self) -> bool:
        """It has been started, and has not ended."""
        return self._process is not None and self._process.status is None

    def cpu(self) -> float | None:
        """Return its seconds of CPU so far; None where that is not known."""
        return processes.cpu(self._process.pid) if self._process and self.lives else None

    def gauges(self) -> Gauges | None:
        """Ask its console; None where it does not answer, and connect anew the next time.

        Raises Interrupted.
        """
        if self._console is None:
            return None
        try:
            if self._console.closed:
                self._console = self._connected(ANSWER_SECONDS)
            cursor = self._console.execute("SHOW POOLS")
        except psycopg.Error:
            self._console.close()
            return None
        names = [column.name for column in cursor.description or ()]
        pools = [dict(zip(names, row, strict=True)) for row in cursor]
        own = [pool for pool in pools if pool["database"] == self._database]
        return Gauges(
            sum(int(pool["cl_active"]) + int(pool["cl_waiting"]) for pool in own),
            max((int(it["maxwait"]) + int(it["maxwait_us"]) / 1e6 for it in own), default=0.0),
        )

    def trouble(self) -> str | None:
        """Say how it ended, or that it does not answer; None where it serves, or is not started.

        It is asked twice: to be slow once is no failure.
        """
        if self._process is None:
            return None
        if not self.lives:
            return ending("PgBouncer", self._process.status, self._log())
        return None if self.gauges() or self.gauges() else "PgBouncer does not answer"


def _write(path: Path, text: str) -> None:
    """Write a file anew that only its owner can read."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
