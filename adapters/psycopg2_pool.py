"""psycopg2: its two pools, a fair queue before the second, and no pool at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, LiteralString

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_INERROR
from psycopg2.extensions import connection as RawConnection  # noqa: N812 - it is a class
from psycopg2.pool import PoolError, SimpleConnectionPool, ThreadedConnectionPool

from adapters.base import (
    Concurrency,
    Failure,
    NotOpen,
    Part,
    PoolAdapter,
    PoolOptions,
    PoolStats,
    Row,
    Traits,
    WhenExhausted,
    by_sqlstate,
)
from adapters.blocking import BlockingContext
from adapters.fair_queue import AcquireTimeout, FairQueue
from adapters.placeholders import rewrite
from adapters.plain.psycopg2 import lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType


CONNECT_OPTIONS = (
    "client_encoding",
    "connect_timeout",
    "cursor_factory",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "options",
    "sslmode",
    "tcp_user_timeout",
)
"""The parameters of libpq that `options:` may set: how to talk, never to whom."""


class Transaction(BlockingContext):
    """The driver's own block, but for the rollback of a lost connection: it hides the error."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        if error is not None and self._context.closed:
            return None
        return await super().__aexit__(kind, error, traceback)


class Psycopg2Connection(RawConnection):
    """A psycopg2 connection in a client's hands: the driver lets itself be told its class.

    In the profile `stock` it is as it comes: the first statement opens a transaction.
    """

    async def fetch(self, sql: LiteralString, *args: object) -> Sequence[Row]:
        """Return all rows of the result."""
        text, pick = rewrite(sql)
        with self.cursor() as cursor:
            cursor.execute(text, (pick(args) if pick else args) or None)
            return cursor.fetchall()

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        """Return the first row of the result, None where there is none."""
        text, pick = rewrite(sql)
        with self.cursor() as cursor:
            cursor.execute(text, (pick(args) if pick else args) or None)
            return cursor.fetchone()

    async def execute(self, sql: LiteralString, *args: object) -> int:
        """Return the number of rows affected; 0 for a statement that affects none."""
        text, pick = rewrite(sql)
        with self.cursor() as cursor:
            cursor.execute(text, (pick(args) if pick else args) or None)
            return max(cursor.rowcount, 0)

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """Open the driver's own block, which begins a transaction under autocommit too."""
        return Transaction(self)

    def finish(self) -> None:
        """End the transaction as `with connection` does: commit, or roll back after an error."""
        if self.closed:
            return  # there is nothing left to end, and the pool throws it away
        if self.get_transaction_status() == TRANSACTION_STATUS_INERROR:
            self.rollback()
        else:
            self.commit()


class AutocommitConnection(Psycopg2Connection):
    """The connection of the profile `equal`: no statement opens a transaction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.autocommit = True


class Psycopg2Adapter(PoolAdapter[Psycopg2Connection]):
    """Base of every way to use psycopg2."""

    concurrency = Concurrency.THREADS
    driver = "psycopg2"
    distributions = ("psycopg2-binary|psycopg2",)
    profiles = {
        "equal": {"connection_factory": AutocommitConnection},
        "stock": {"connection_factory": Psycopg2Connection},
    }
    prepared = "never: the driver writes the arguments into the statement"
    unprepared = {}

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        settings = self.settings()
        self._arguments = {"connect_timeout": options.connect_timeout, **settings}
        self._commits = self.commits(settings)

    @classmethod
    def commits(cls, settings: Mapping[str, Any]) -> bool:
        """Tell whether `release` commits: unless the connections do."""
        return not issubclass(settings["connection_factory"], AutocommitConnection)

    @classmethod
    def known_options(cls) -> frozenset[str]:
        """List the parameters of libpq that `options:` may set."""
        return frozenset(CONNECT_OPTIONS)

    @classmethod
    def libraries(cls) -> dict[str, str]:
        """Name the version of the libpq that psycopg2 was built with."""
        return {"libpq": str(psycopg2.__libpq_version__)}

    def classify(
        self, error: Exception, during: Part, connection: Psycopg2Connection | None
    ) -> Failure | None:
        """Name what went wrong, by the part, the SQLSTATE and whether the connection is closed."""
        if isinstance(error, PoolError) or not isinstance(error, psycopg2.Error):
            return None
        if during is Part.WAIT:
            return Failure.CONNECTION_REFUSED
        if connection is not None and connection.closed:
            return Failure.CONNECTION_LOST
        return by_sqlstate(error.pgcode) if error.pgcode else None


class Psycopg2Direct(Psycopg2Adapter):
    """No pool: a connection for each operation."""

    traits = Traits(WhenExhausted.NEVER, bounded=False)

    async def open(self) -> None:
        """Do nothing: nothing is kept open."""

    async def close(self) -> None:
        """Do nothing: nothing is kept open."""

    async def acquire(self) -> Psycopg2Connection:
        """Connect."""
        connection: Psycopg2Connection = psycopg2.connect(self.dsn, **self._arguments)
        return connection

    async def release(self, connection: Psycopg2Connection) -> None:
        """Commit where the connection did not, and disconnect."""
        try:
            if self._commits:
                connection.finish()
        finally:
            connection.close()


class Psycopg2Pool(Psycopg2Adapter):
    """`ThreadedConnectionPool` as it is: it raises when it is exhausted."""

    traits = Traits(WhenExhausted.RAISES)
    plain = lines("ThreadedConnectionPool")
    library: ClassVar[type[SimpleConnectionPool | ThreadedConnectionPool]] = ThreadedConnectionPool

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self.pool: Any = NotOpen()

    async def open(self) -> None:
        """Connect `min_size` times."""
        sizes = self.options.min_size, self.options.max_size
        self.pool = self.library(*sizes, self.dsn, **self._arguments)

    async def close(self) -> None:
        """Close every connection, those that are out included."""
        self.pool.closeall()

    async def acquire(self) -> Psycopg2Connection:
        """Hand out a connection, or raise PoolError at once."""
        connection: Psycopg2Connection = self.pool.getconn()
        return connection

    async def release(self, connection: Psycopg2Connection) -> None:
        """Commit where the connection did not: `putconn`, which gives it back, rolls back."""
        try:
            if self._commits:
                connection.finish()
        finally:
            self.pool.putconn(connection)

    def stats(self) -> PoolStats:
        """Count the connections that the pool believes open, and the idle ones among them."""
        idle = len(self.pool._pool)  # noqa: SLF001 - the library counts nothing in public
        return PoolStats(size=idle + len(self.pool._used), idle=idle)  # noqa: SLF001

    def classify(
        self, error: Exception, during: Part, connection: Psycopg2Connection | None
    ) -> Failure | None:
        """Tell `exhausted` from `closed` and `unkeyed`: all three are a bare PoolError."""
        if isinstance(error, PoolError) and during is Part.WAIT and not self.pool.closed:
            return Failure.POOL_EXHAUSTED
        return super().classify(error, during, connection)


RACES: dict[Part, tuple[type[Exception], ...]] = {
    Part.WAIT: (IndexError, KeyError),
    Part.USE: (psycopg2.Error,),
    Part.RELEASE: (psycopg2.Error, KeyError),
}
"""The errors of threads that share a SimpleConnectionPool, or even a connection of it."""


class Psycopg2SimplePool(Psycopg2Pool):
    """`SimpleConnectionPool`, which its manual says threads must not share: the old lesson does."""

    traits = Traits(WhenExhausted.RAISES, bounded=False, thread_safe=False)
    library = SimpleConnectionPool
    plain = lines("SimpleConnectionPool")

    def classify(
        self, error: Exception, during: Part, connection: Psycopg2Connection | None
    ) -> Failure | None:
        """Name the errors of its races as failures of the pool, not as bugs of ours."""
        known = super().classify(error, during, connection)
        if known or not isinstance(error, RACES[during]):
            return known
        return Failure.POOL_EXHAUSTED if during is Part.WAIT else Failure.QUERY_FAILED


class Psycopg2QueuedPool(Psycopg2Pool):
    """`ThreadedConnectionPool` behind a queue of ours: it waits, up to the acquire timeout.

    `docs/examples/queued_psycopg2.py` is the same for a program of one's own.
    """

    traits = Traits(WhenExhausted.WAITS)
    waits = PoolOptions.timeout
    plain = lines("ThreadedConnectionPool", queued=True)

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self.queue = FairQueue(options.max_size)

    async def acquire(self) -> Psycopg2Connection:
        """Wait for a permit, then ask the pool, which has a connection for every permit."""
        self.queue.acquire(self.options.timeout)
        try:
            connection: Psycopg2Connection = self.pool.getconn()
        except BaseException:
            self.queue.release()
            raise
        return connection

    async def release(self, connection: Psycopg2Connection) -> None:
        """Give it back as without a queue, and the permit whatever comes of that."""
        try:
            if self._commits:
                connection.finish()
        finally:
            try:
                self.pool.putconn(connection)
            finally:
                self.queue.release()

    def stats(self) -> PoolStats:
        """Add the length of our queue to the gauges of the pool."""
        counted = super().stats()
        return PoolStats(counted.size, counted.idle, waiting=len(self.queue))

    def classify(
        self, error: Exception, during: Part, connection: Psycopg2Connection | None
    ) -> Failure | None:
        """Name our own time-out; the rest is as without a queue."""
        if isinstance(error, AcquireTimeout):
            return Failure.POOL_TIMEOUT
        return super().classify(error, during, connection)
