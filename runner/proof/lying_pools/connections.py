"""Pools that lie about connections: more clients on one, or more of them, than they declare."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import psycopg

from adapters.psycopg3_pool import Psycopg3Connection, Psycopg3Pool

if TYPE_CHECKING:
    from adapters.base import PoolOptions

MORE = 3
"""Connections that are opened beyond the size."""


class HandsOutTwice(Psycopg3Pool):
    """Gives a connection to two clients at a time; the later of the two releases it."""

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self._alone: set[Psycopg3Connection] = set()
        """The connections that only one client has."""
        self._lock = threading.Lock()

    async def acquire(self) -> Psycopg3Connection:
        with self._lock:
            if self._alone:
                return self._alone.pop()
        connection = await super().acquire()
        with self._lock:
            self._alone.add(connection)
        return connection

    async def release(self, connection: Psycopg3Connection) -> None:
        with self._lock:
            if connection not in self._alone:
                self._alone.add(connection)  # the other client still has it
                return
            self._alone.remove(connection)
        await super().release(connection)


class OpensMore(Psycopg3Pool):
    """Opens more connections than its size, and keeps them."""

    async def open(self) -> None:
        await super().open()
        self._more = [psycopg.connect(self.dsn, autocommit=True) for _ in range(MORE)]

    async def close(self) -> None:
        for connection in self._more:
            connection.close()
        await super().close()
