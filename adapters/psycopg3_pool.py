"""psycopg 3: its pools for threads, and what every way to use this driver shares."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, ClassVar, LiteralString, Protocol, TypeVar

import psycopg
from psycopg import RawCursor
from psycopg.pq import TransactionStatus
from psycopg_pool import (
    AsyncConnectionPool,
    ConnectionPool,
    NullConnectionPool,
    PoolClosed,
    PoolTimeout,
    TooManyRequests,
)

from adapters import signature
from adapters.base import (
    Concurrency,
    Connection,
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
from adapters.plain.psycopg3 import threads
from adapters.socket_state import hung_up

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
"""The parameters of a connection that `options:` may set: how to talk, never to whom."""

OURS = frozenset(
    {"conninfo", "connection_class", "kwargs", "min_size", "max_size", "name", "open", "timeout"}
)
"""The parameters of the library's pools that the runner sets."""

EQUAL_POOL = {"autocommit": True, "check": None, "reset": None}

new = object.__new__
"""Makes a wrapper in half the time that its constructor takes, once an operation."""

INTRANS, INERROR = TransactionStatus.INTRANS, TransactionStatus.INERROR

_DEFAULTS = inspect.signature(psycopg.Connection.connect).parameters
AUTOCOMMIT: bool = _DEFAULTS["autocommit"].default
WAITS: float = inspect.signature(ConnectionPool).parameters["timeout"].default


class Wrapper(Connection, Protocol):
    """A connection in a client's hands, around one of the driver's."""

    @property
    def raw(self) -> psycopg.BaseConnection[Row]:
        """The driver's own connection."""


W = TypeVar("W", bound=Wrapper)


class Psycopg3Connection:
    """A psycopg connection in a thread's hands."""

    __slots__ = ("raw",)

    def __init__(self, raw: psycopg.Connection[Row]) -> None:
        self.raw = raw

    async def fetch(self, sql: LiteralString, *args: object) -> Sequence[Row]:
        """Return all rows of the result."""
        return self.raw.execute(sql, args or None).fetchall()

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        """Return the first row of the result, None where there is none."""
        return self.raw.execute(sql, args or None).fetchone()

    async def execute(self, sql: LiteralString, *args: object) -> int:
        """Return the number of rows affected; 0 for a statement that affects none."""
        return max(self.raw.execute(sql, args or None).rowcount, 0)

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """Open the driver's own transaction block."""
        return BlockingContext(self.raw.transaction())

    def finish(self) -> None:
        """End an open transaction as `with pool.connection()` does: commit, or roll back an error.

        Where none is open, nothing is sent. What is lost or still at work is left to the pool,
        which throws it away.
        """
        status = self.raw.pgconn.transaction_status
        if status == INTRANS:
            self.raw.commit()
        elif status == INERROR:
            self.raw.rollback()


class Psycopg3Adapter(PoolAdapter[W]):
    """Base of every way to use psycopg 3, in threads and in tasks."""

    driver = "psycopg"
    distributions = ("psycopg", "psycopg-pool")
    prepared = f"prepare_threshold = {_DEFAULTS['prepare_threshold'].default}"
    unprepared = {"prepare_threshold": None}

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self._commits = self.commits(self.settings())

    @classmethod
    def commits(cls, settings: Mapping[str, Any]) -> bool:
        """Tell whether `release` commits: unless the connections do."""
        return not settings.get("autocommit", AUTOCOMMIT)

    @classmethod
    def known_options(cls) -> frozenset[str]:
        """List the parameters of a connection that `options:` may set."""
        return CONNECT_OPTIONS

    @classmethod
    def wrong_values(cls, options: Mapping[str, Any]) -> list[str]:
        """List the values of a wrong type for a connection."""
        return signature.wrong_values(options, psycopg.Connection.connect)

    @classmethod
    def libraries(cls) -> dict[str, str]:
        """Name the version of libpq, and which of the driver's implementations calls it."""
        return {"libpq": str(psycopg.pq.version()), "psycopg.pq": psycopg.pq.__impl__}

    def classify(self, error: Exception, during: Part, connection: W | None) -> Failure | None:
        """Name a failure by its type, the part, the SQLSTATE and whether the connection is closed.

        None for a bug.
        """
        if isinstance(error, PoolClosed) or not isinstance(error, psycopg.Error):
            return None
        if isinstance(error, PoolTimeout):
            return Failure.POOL_TIMEOUT
        if isinstance(error, TooManyRequests):
            return Failure.POOL_EXHAUSTED
        if during is Part.WAIT:
            return Failure.CONNECTION_REFUSED
        if connection is not None and (connection.raw.closed or hung_up(connection.raw.fileno())):
            return Failure.CONNECTION_LOST
        return by_sqlstate(error.sqlstate) if error.sqlstate else None


class Psycopg3Pooled(Psycopg3Adapter[W]):
    """Base of the pools of psycopg_pool, in threads and in tasks."""

    traits = Traits(WhenExhausted.WAITS)
    retires = {"idle": "max_idle", "lifetime": "max_lifetime"}
    waits = WAITS
    library: ClassVar[type[ConnectionPool[Any] | AsyncConnectionPool[Any]]]
    min_size: ClassVar[int | None] = None
    """The only `min_size` that the library takes; None where it takes the user's."""
    pool: ConnectionPool[Any] | AsyncConnectionPool[Any]

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self.pool = self.library(dsn, **self.arguments())

    @classmethod
    def known_options(cls) -> frozenset[str]:
        """List the parameters of the library's pool and those of its connections."""
        parameters = frozenset(inspect.signature(cls.library).parameters)
        return parameters - OURS | super().known_options()

    @classmethod
    def wrong_values(cls, options: Mapping[str, Any]) -> list[str]:
        """List the values of a wrong type for the library's pool or its connections."""
        return signature.wrong_values(options, cls.library, psycopg.Connection.connect)

    def arguments(self) -> dict[str, Any]:
        """Split the settings into those of the pool and those of its connections."""
        settings, options = self.settings(), self.options
        of_connection = settings.keys() & (CONNECT_OPTIONS | {"cursor_factory"})
        connect = {name: settings.pop(name) for name in of_connection}
        return {
            "min_size": options.min_size if self.min_size is None else self.min_size,
            "max_size": options.max_size,
            "timeout": options.timeout,
            "open": False,
            "kwargs": {"connect_timeout": options.connect_timeout, **connect},
            **settings,
        }

    async def check(self) -> None:
        """Prove that the pool can serve a query; raises with the cause where it cannot.

        The pool only logs why it cannot connect, so the adapter connects and sees: in an event
        loop too, where nothing else is under way by then.
        """
        try:
            await super().check()
        except PoolTimeout:
            psycopg.connect(self.dsn, connect_timeout=2).close()
            raise

    def stats(self) -> PoolStats:
        """Read the pool's own gauges, which are missing until they are first counted."""
        gauges = self.pool.get_stats()
        return PoolStats(
            size=gauges.get("pool_size", 0),
            idle=gauges.get("pool_available", 0),
            waiting=gauges.get("requests_waiting", 0),
        )


class Psycopg3Pool(Psycopg3Pooled[Psycopg3Connection]):
    """`psycopg_pool.ConnectionPool`."""

    concurrency = Concurrency.THREADS
    profiles = {
        "equal": {**EQUAL_POOL, "cursor_factory": RawCursor},
        "stock": {"cursor_factory": RawCursor},
    }
    validating = {"check": ConnectionPool.check_connection}
    plain = threads("ConnectionPool")
    library: ClassVar[type[ConnectionPool[Any]]] = ConnectionPool
    pool: ConnectionPool[Any]

    async def open(self) -> None:
        """Start the pool's workers, which connect in the background."""
        self.pool.open()

    async def close(self) -> None:
        """Close the pool; what is out is closed when it comes back or is forgotten."""
        self.pool.close()

    async def acquire(self) -> Psycopg3Connection:
        """Wait in the pool's queue."""
        connection = new(Psycopg3Connection)
        connection.raw = self.pool.getconn()
        return connection

    async def release(self, connection: Psycopg3Connection) -> None:
        """Give it back with `putconn`; commit before, where the connection did not."""
        try:
            if self._commits:
                connection.finish()
        finally:
            self.pool.putconn(connection.raw)


class Psycopg3NullPool(Psycopg3Pool):
    """`psycopg_pool.NullConnectionPool`: a limit and a queue, and no connection kept for later.

    It connects in `getconn`, under its lock, while fewer than `max_size` are out. What comes back
    goes to the first client that waits, and is closed where none does. So each operation connects
    where no client has to wait, and few do where some always wait.
    """

    plain = threads("NullConnectionPool", least="0")
    library = NullConnectionPool
    retires = {"lifetime": "max_lifetime"}
    min_size = 0
