"""A server of our own that can be broken on purpose, and mended."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

import psutil
import psycopg
from psycopg import sql

from runner.server import processes
from runner.server.dsn import ServerError
from runner.server.shell import set_aside

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from runner.server.connection import Connection
    from runner.server.postgres import Postgres


REFUSALS, REFUSED_SECONDS = 8, 0.1
"""The refusals after which there are no more slots, and the pause after each."""


class Breakable:
    """Breaks a PostgreSQL of our own. Nothing of it is ever done to a server of the user's.

    On Linux it is to be mended in the thread that started the server: it ends with that.
    """

    def __init__(
        self, postgres: Postgres, connect: Callable[[str | None], Connection], client: str
    ) -> None:
        """Take a running server, the way to connect as its owner, and the DSN of a client."""
        self._postgres = postgres
        self._connect = connect
        self._client = client
        self._cores: Collection[int] | None = None

    def stop(self) -> None:
        """Shut it down, and with it all sessions."""
        if hasattr(os, "sched_getaffinity"):
            with suppress(OSError):
                self._cores = os.sched_getaffinity(self._postgres.pid)
        self._postgres.stop()

    def start(self) -> None:
        """Start it again, on the same port and cores, whatever is typed. Raises ServerError."""
        self._postgres.start(mending=True)
        processes.keep_to(self._postgres.pid, self._cores)

    def freeze(self) -> None:
        """Let all of its processes stand still: they keep what they have, and answer nothing."""
        for _ in range(2):  # what the postmaster has started just before is in the second list
            for process in processes.tree(self._postgres.pid):
                with suppress(psutil.Error):
                    process.suspend()

    def thaw(self) -> None:
        """Let all of its processes go on."""
        for process in processes.tree(self._postgres.pid):
            with suppress(psutil.Error):
                process.resume()

    @contextmanager
    def occupied(self) -> Iterator[int]:
        """Hold every slot that a client could have, and yield their number. Raises ServerError."""
        with ExitStack() as stack:
            stack.enter_context(set_aside())
            number, refused = 0, 0
            while refused < REFUSALS:  # sessions that are just ending still have their slots
                try:
                    stack.enter_context(psycopg.connect(self._client, connect_timeout=10))
                    number += 1
                except psycopg.OperationalError:
                    refused += 1
                    time.sleep(REFUSED_SECONDS)
            if not number:
                raise ServerError("no slot of the server could be taken")
            yield number

    def set(self, name: str, value: str) -> None:
        """Change a setting for all sessions, those that there are included."""
        self._alter(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), value))

    def reset(self, name: str) -> None:
        """Give a setting back the value with which the server was started."""
        self._alter(sql.SQL("ALTER SYSTEM RESET {}").format(sql.Identifier(name)))

    def _alter(self, statement: sql.Composed) -> None:
        with self._connect(None) as connection:
            connection.execute(statement)
            connection.execute("SELECT pg_reload_conf()")
