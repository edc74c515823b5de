"""psycopg 3: its pools for threads and tasks, and what there was before pools."""

from __future__ import annotations

import inspect
import math
import threading
from typing import TYPE_CHECKING, Any, ClassVar, LiteralString

import psycopg
from psycopg import AsyncRawCursor, RawCursor
from psycopg.pq import TransactionStatus
from psycopg_pool import (
    AsyncConnectionPool,
    ConnectionPool,
    NullConnectionPool,
    PoolClosed,
    PoolTimeout,
    TooManyRequests,
)

from adapters.base import (
    Concurrency,
    Failure,
    Part,
    PoolAdapter,
    PoolStats,
    Row,
    Traits,
    WhenExhausted,
    by_sqlstate,
)
from adapters.blocking import BlockingContext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from adapters.base import PoolOptions

CONNECT_OPTIONS = frozenset(
    {
        "autocommit",
        "connect_timeout",
        "keepalives",
        "keepalives_count",
        "keepalives_idle",
        "keepalives_interval",
        "options",
        "prepare_threshold",
        "sslmode",
        "tcp_user_timeout",
    }
)
"""What `options:` may set on a connection: how to talk, never to whom."""

OURS = frozenset(
    {"conninfo", "connection_class", "kwargs", "min_size", "max_size", "name", "open", "timeout"}
)
"""The parameters of the library's pools that the runner sets."""

INERROR = TransactionStatus.INERROR
HEALTHY = (TransactionStatus.IDLE, TransactionStatus.INTRANS)

_DEFAULTS = inspect.signature(psycopg.Connection.connect).parameters
AUTOCOMMIT: bool = _DEFAULTS["autocommit"].default
PREPARED = f"prepare_threshold = {_DEFAULTS['prepare_threshold'].default}"


class Psycopg3Connection:
    """A psycopg connection in a thread's hands."""

    __slots__ = ("raw",)

    def __init__(self, raw: psycopg.Connection[Row]) -> None:
        self.raw = raw

    async def fetch(self, sql: LiteralString, *args: object) -> Sequence[Row]:
        """All rows of the result."""
        return self.raw.execute(sql, args or None).fetchall()

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        """Return the first row of the result, None where there is none."""
        return self.raw.execute(sql, args or None).fetchone()

    async def execute(self, sql: LiteralString, *args: object) -> int:
        """Rows affected; 0 for a statement that affects none."""
        return max(self.raw.execute(sql, args or None).rowcount, 0)

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """Open the driver's own transaction block."""
        return BlockingContext(self.raw.transaction())

    def finish(self) -> None:
        """End the transaction as `with pool.connection()` does: commit, or roll back an error.

        What is lost or still at work is left to the pool, which throws it away.
        """
        status = self.raw.pgconn.transaction_status
        if status == INERROR:
            self.raw.rollback()
        elif status in HEALTHY:
            self.raw.commit()


class Psycopg3AsyncConnection:
    """A psycopg connection in a task's hands."""

    __slots__ = ("raw",)

    def __init__(self, raw: psycopg.AsyncConnection[Row]) -> None:
        self.raw = raw

    async def fetch(self, sql: LiteralString, *args: object) -> Sequence[Row]:
        """All rows of the result."""
        cursor = await self.raw.execute(sql, args or None)
        return await cursor.fetchall()

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        """Return the first row of the result, None where there is none."""
        cursor = await self.raw.execute(sql, args or None)
        return await cursor.fetchone()

    async def execute(self, sql: LiteralString, *args: object) -> int:
        """Rows affected; 0 for a statement that affects none."""
        cursor = await self.raw.execute(sql, args or None)
        return max(cursor.rowcount, 0)

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """Open the driver's own transaction block."""
        return self.raw.transaction()

    async def finish(self) -> None:
        """End the transaction as the blocking twin does."""
        status = self.raw.pgconn.transaction_status
        if status == INERROR:
            await self.raw.rollback()
        elif status in HEALTHY:
            await self.raw.commit()


def classify(
    error: Exception,
    during: Part,
    connection: Psycopg3Connection | Psycopg3AsyncConnection | None,
) -> Failure | None:
    """Name what went wrong: one rule for the blocking half of the driver and the asyncio one."""
    if isinstance(error, PoolClosed) or not isinstance(error, psycopg.Error):
        return None
    if isinstance(error, PoolTimeout):
        return Failure.POOL_TIMEOUT
    if isinstance(error, TooManyRequests):
        return Failure.POOL_EXHAUSTED
    if during is Part.WAIT:
        return Failure.CONNECTION_REFUSED
    if connection is not None and connection.raw.closed:
        return Failure.CONNECTION_LOST
    return by_sqlstate(error.sqlstate) if error.sqlstate else None


def _connect_timeout(options: PoolOptions) -> int:
    """Return whole seconds, which is what libpq takes, and at least its minimum of two."""
    return max(2, math.ceil(options.timeout))


def libraries() -> dict[str, str]:
    """Return the version of libpq, and which of the driver's implementations calls it."""
    return {"libpq": str(psycopg.pq.version()), "psycopg.pq": psycopg.pq.__impl__}


def commits(settings: Mapping[str, Any]) -> bool:
    """Whether a connection of these settings leaves it to others to commit."""
    return not settings.get("autocommit", AUTOCOMMIT)


class Psycopg3Blocking(PoolAdapter[Psycopg3Connection]):
    """What every blocking way to use psycopg 3 shares."""

    concurrency = Concurrency.THREADS
    driver = "psycopg"
    distributions = ("psycopg", "psycopg-pool")
    profiles = {
        "equal": {"autocommit": True, "cursor_factory": RawCursor},
        "stock": {"cursor_factory": RawCursor},
    }
    prepared = PREPARED

    @classmethod
    def commits(cls, settings: Mapping[str, Any]) -> bool:
        """Whether `release` commits: unless the connections do."""
        return commits(settings)

    @classmethod
    def known_options(cls) -> frozenset[str]:
        """Return the parameters of a connection that `options:` may set."""
        return CONNECT_OPTIONS

    @classmethod
    def libraries(cls) -> dict[str, str]:
        """Return the version of the libpq in use."""
        return libraries()

    def classify(
        self, error: Exception, during: Part, connection: Psycopg3Connection | None
    ) -> Failure | None:
        """Name what went wrong."""
        return classify(error, during, connection)


class Psycopg3Unpooled(Psycopg3Blocking):
    """What there was before pools: connecting by oneself."""

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        settings = self.settings()
        self._arguments = {"connect_timeout": _connect_timeout(options), **settings}
        self._commits = self.commits(settings)

    def connect(self) -> Psycopg3Connection:
        """Open a connection."""
        return Psycopg3Connection(psycopg.connect(self.dsn, **self._arguments))


class Psycopg3Direct(Psycopg3Unpooled):
    """No pool: a connection for each operation."""

    traits = Traits(WhenExhausted.NEVER, bounded=False)

    async def open(self) -> None:
        """Nothing is kept open."""

    async def close(self) -> None:
        """Nothing is kept open."""

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
    """One connection for everybody, as programs did before they had a pool.

    The driver lets one statement at a time through, so clients queue inside `use`; a
    transaction would be everybody's transaction. So it cannot but autocommit, and does not know
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
        """Return the parameters of a connection that `options:` may set: not `autocommit`."""
        return super().known_options() - {"autocommit"}

    async def open(self) -> None:
        """Connect once."""
        self._connection = self.connect()

    async def close(self) -> None:
        """Disconnect."""
        if self._connection is not None:
            self._connection.raw.close()

    async def acquire(self) -> Psycopg3Connection:
        """Hand out the one connection; a lost one is replaced by whoever finds it closed."""
        connection = self._connection
        if connection is None or connection.raw.closed:
            connection = self._replace(connection)
        return connection

    def _replace(self, lost: Psycopg3Connection | None) -> Psycopg3Connection:
        with self._lock:
            if self._connection is None or self._connection is lost:
                self._connection = self.connect()
            return self._connection

    async def release(self, connection: Psycopg3Connection) -> None:
        """Do nothing: everybody goes on holding it."""

    def stats(self) -> PoolStats:
        """One connection, or none."""
        connection = self._connection
        return PoolStats(size=int(connection is not None and not connection.raw.closed))


class PoolSettings:
    """How the pools of psycopg_pool are told what to do, blocking and asyncio alike."""

    library: ClassVar[type[ConnectionPool[Any] | AsyncConnectionPool[Any]]]
    min_size: ClassVar[int | None] = None
    """The only `min_size` that the library takes; None where the user's is taken."""

    @classmethod
    def known_options(cls) -> frozenset[str]:
        """Return the parameters of the library's pool and those of its connections."""
        parameters = frozenset(inspect.signature(cls.library).parameters)
        return parameters - OURS | CONNECT_OPTIONS

    @classmethod
    def arguments(cls, options: PoolOptions, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Split the settings into those of the pool and those of its connections."""
        ours = settings.keys() & (CONNECT_OPTIONS | {"cursor_factory"})
        connect = {name: settings[name] for name in ours}
        connect.setdefault("connect_timeout", _connect_timeout(options))
        return {
            "min_size": options.min_size if cls.min_size is None else cls.min_size,
            "max_size": options.max_size,
            "timeout": options.timeout,
            "open": False,
            "kwargs": connect,
            **{name: value for name, value in settings.items() if name not in ours},
        }


EQUAL_POOL = {"autocommit": True, "check": None, "reset": None}


class Psycopg3Pool(PoolSettings, Psycopg3Blocking):
    """`psycopg_pool.ConnectionPool`."""

    traits = Traits(WhenExhausted.WAITS)
    profiles = {
        "equal": {**EQUAL_POOL, "cursor_factory": RawCursor},
        "stock": {"cursor_factory": RawCursor},
    }
    library: ClassVar[type[ConnectionPool[Any]]] = ConnectionPool

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        settings = self.settings()
        self.pool = self.library(dsn, **self.arguments(options, settings))
        self._commits = self.commits(settings)

    async def open(self) -> None:
        """Start the pool's workers, which connect in the background."""
        self.pool.open()

    async def close(self) -> None:
        """Close the pool; what is out is closed when it comes back or is forgotten."""
        self.pool.close()

    async def acquire(self) -> Psycopg3Connection:
        """Wait in the pool's queue."""
        return Psycopg3Connection(self.pool.getconn())

    async def release(self, connection: Psycopg3Connection) -> None:
        """Give it back with `putconn`; commit before, where the connection did not."""
        try:
            if self._commits:
                connection.finish()
        finally:
            self.pool.putconn(connection.raw)

    async def check(self) -> None:
        """Prove that the pool can serve; the pool only logs why it cannot, so connect and see."""
        try:
            await super().check()
        except PoolTimeout:
            psycopg.connect(self.dsn, connect_timeout=2).close()
            raise

    def stats(self) -> PoolStats:
        """Return the pool's own gauges."""
        return _stats(self.pool)


class Psycopg3NullPool(Psycopg3Pool):
    """`psycopg_pool.NullConnectionPool`: a limit and a queue, and nothing kept open."""

    library = NullConnectionPool
    min_size = 0


class Psycopg3AsyncPool(PoolSettings, PoolAdapter[Psycopg3AsyncConnection]):
    """`psycopg_pool.AsyncConnectionPool`."""

    concurrency = Concurrency.TASKS
    traits = Traits(WhenExhausted.WAITS)
    driver = Psycopg3Pool.driver
    distributions = Psycopg3Pool.distributions
    profiles = {
        "equal": {**EQUAL_POOL, "cursor_factory": AsyncRawCursor},
        "stock": {"cursor_factory": AsyncRawCursor},
    }
    prepared = PREPARED
    library: ClassVar[type[AsyncConnectionPool[Any]]] = AsyncConnectionPool

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        settings = self.settings()
        self.pool = self.library(dsn, **self.arguments(options, settings))
        self._commits = self.commits(settings)

    @classmethod
    def commits(cls, settings: Mapping[str, Any]) -> bool:
        """Whether `release` commits: unless the connections do."""
        return commits(settings)

    @classmethod
    def libraries(cls) -> dict[str, str]:
        """Return the version of the libpq in use."""
        return libraries()

    async def open(self) -> None:
        """Start the pool's workers, which connect in the background."""
        await self.pool.open()

    async def close(self) -> None:
        """Close the pool; what is out is closed when it comes back or is forgotten."""
        await self.pool.close()

    async def acquire(self) -> Psycopg3AsyncConnection:
        """Wait in the pool's queue."""
        return Psycopg3AsyncConnection(await self.pool.getconn())

    async def release(self, connection: Psycopg3AsyncConnection) -> None:
        """Give it back with `putconn`; commit before, where the connection did not."""
        try:
            if self._commits:
                await connection.finish()
        finally:
            await self.pool.putconn(connection.raw)

    async def check(self) -> None:
        """Prove that the pool can serve; the pool only logs why it cannot, so connect and see."""
        try:
            await super().check()
        except PoolTimeout:
            connection = await psycopg.AsyncConnection.connect(self.dsn, connect_timeout=2)
            await connection.close()
            raise

    def stats(self) -> PoolStats:
        """Return the pool's own gauges."""
        return _stats(self.pool)

    def classify(
        self, error: Exception, during: Part, connection: Psycopg3AsyncConnection | None
    ) -> Failure | None:
        """Name what went wrong."""
        return classify(error, during, connection)


def _stats(pool: ConnectionPool[Any] | AsyncConnectionPool[Any]) -> PoolStats:
    counted = pool.get_stats()
    return PoolStats(
        size=counted.get("pool_size", 0),
        idle=counted.get("pool_available", 0),
        waiting=counted.get("requests_waiting", 0),
    )
