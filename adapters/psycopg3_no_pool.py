"""psycopg 3 without a pool: a connection for each operation, or one for all."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import psycopg
from psycopg import RawCursor

from adapters.base import Concurrency, PoolStats, Traits, WhenExhausted
from adapters.psycopg3_pool import Psycopg3Adapter, Psycopg3Connection
from adapters.socket_state import hung_up

if TYPE_CHECKING:
    from adapters.base import PoolOptions


class Psycopg3Unpooled(Psycopg3Adapter[Psycopg3Connection]):
    """Connecting by oneself: the base of what has no pool, and of a pool of your own."""

    concurrency = Concurrency.THREADS
    profiles = {
        "equal": {"autocommit": True, "cursor_factory": RawCursor},
        "stock": {"cursor_factory": RawCursor},
    }

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self._arguments = {"connect_timeout": options.connect_timeout, **self.settings()}

    def connect(self) -> Psycopg3Connection:
        """Open a connection. Raises psycopg.OperationalError."""
        return Psycopg3Connection(psycopg.connect(self.dsn, **self._arguments))


class Psycopg3Direct(Psycopg3Unpooled):
    """No pool: a connection for each operation."""

    traits = Traits(WhenExhausted.NEVER, bounded=False)

    async def open(self) -> None:
        """Do nothing: nothing is kept open."""

    async def close(self) -> None:
        """Do nothing: nothing is kept open."""

    async def acquire(self) -> Psycopg3Connection:
        """Connect."""
        return self.connect()

    async def release(self, connection: Psycopg3Connection) -> None:
        """Commit where the connection did not, and disconnect."""
        try:
            if self._commits:
                connection.finish()
        finally:
            connection.raw.close()


class Psycopg3Shared(Psycopg3Unpooled):
    """One connection for all clients, as programs did before they had a pool.

    The driver lets one statement at a time through, so clients queue inside `use`; a
    transaction would be that of all clients. So it cannot but autocommit, and does not know
    the profile `stock`.
    """

    traits = Traits(WhenExhausted.NEVER, transactions=False)
    profiles = {"equal": Psycopg3Unpooled.profiles["equal"]}

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self._connection: Psycopg3Connection | None = None
        self._lock = threading.Lock()

    @classmethod
    def known_options(cls) -> frozenset[str]:
        """List the parameters of a connection that `options:` may set: not `autocommit`."""
        return super().known_options() - {"autocommit"}

    async def open(self) -> None:
        """Connect once."""
        self._connection = self.connect()

    async def close(self) -> None:
        """Disconnect."""
        if self._connection is not None:
            self._connection.raw.close()

    async def acquire(self) -> Psycopg3Connection:
        """Hand out the one connection; a lost one is replaced by the first client that sees it."""
        connection = self._connection
        if connection is None or connection.raw.closed or hung_up(connection.raw.fileno()):
            connection = self._replace(connection)
        return connection

    def _replace(self, lost: Psycopg3Connection | None) -> Psycopg3Connection:
        with self._lock:
            if self._connection is None or self._connection is lost:
                self._connection = self.connect()
            return self._connection

    async def release(self, connection: Psycopg3Connection) -> None:
        """Do nothing: every client goes on holding it."""

    def stats(self) -> PoolStats:
        """Count one connection, or none."""
        connection = self._connection
        return PoolStats(size=int(connection is not None and not connection.raw.closed))
