"""SQLAlchemy's `QueuePool` over psycopg, for threads."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, LiteralString, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import create_engine, exc

from adapters.base import Concurrency, Failure, Part, Row
from adapters.placeholders import rewrite
from adapters.plain.sqlalchemy import PLAIN_THREADS
from adapters.signature import wrong_values
from adapters.socket_state import hung_up
from adapters.sqlalchemy_pool import SQLAlchemyAdapter, Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import sqlalchemy
    from sqlalchemy.pool import QueuePool

    from adapters.base import PoolOptions

THRESHOLD_OPTION = "prepare_threshold"
THRESHOLD = inspect.signature(psycopg.Connection.connect).parameters[THRESHOLD_OPTION].default

T = TypeVar("T")


class ThreadConnection:
    """A connection of an engine in a thread's hands."""

    __slots__ = ("autocommit", "raw")

    def __init__(self, raw: sqlalchemy.Connection, *, autocommit: bool) -> None:
        self.raw = raw
        self.autocommit = autocommit

    def _execute(
        self, sql: LiteralString, args: tuple[object, ...]
    ) -> sqlalchemy.CursorResult[Any]:
        text, pick = rewrite(sql)
        return self.raw.exec_driver_sql(text, (pick(args) if pick else args) or None)

    async def fetch(self, sql: LiteralString, *args: object) -> Sequence[Row]:
        """Return all rows of the result."""
        return self._execute(sql, args).fetchall()

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        """Return the first row of the result, None where there is none."""
        return self._execute(sql, args).first()

    async def execute(self, sql: LiteralString, *args: object) -> int:
        """Return the number of rows affected; 0 for a statement that affects none."""
        return max(self._execute(sql, args).rowcount, 0)

    async def run(self, work: Callable[[sqlalchemy.Connection], T]) -> T:
        """Do something with the connection."""
        return work(self.raw)

    def transaction(self) -> Transaction:
        """Open a transaction, under autocommit too."""
        return Transaction(self)


class SQLAlchemyPool(SQLAlchemyAdapter[ThreadConnection]):
    """`QueuePool`, the pool of `create_engine`."""

    concurrency = Concurrency.THREADS
    distributions = ("SQLAlchemy", "psycopg")
    prepared = f"prepare_threshold = {THRESHOLD}"
    unprepared = {THRESHOLD_OPTION: None}
    plain = PLAIN_THREADS

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        connect = {"connect_timeout": options.connect_timeout, **conninfo_to_dict(dsn)}
        if THRESHOLD_OPTION in self._arguments:  # it is the driver's, not the engine's
            connect[THRESHOLD_OPTION] = self._arguments.pop(THRESHOLD_OPTION)
        self._engine = create_engine(
            "postgresql+psycopg://", connect_args=connect, **self._arguments
        )

    @classmethod
    def known_options(cls) -> frozenset[str]:
        """List the parameters of an engine, and the driver's own of prepared statements."""
        return super().known_options() | {THRESHOLD_OPTION}

    @classmethod
    def wrong_values(cls, options: Mapping[str, Any]) -> list[str]:
        """List the values of a wrong type for an engine or the driver."""
        return super().wrong_values(options) or wrong_values(
            {name: options[name] for name in options.keys() & {THRESHOLD_OPTION}},
            psycopg.Connection.connect,
        )

    @classmethod
    def libraries(cls) -> dict[str, str]:
        """Name the version of libpq, and which of the driver's implementations calls it."""
        return {"libpq": str(psycopg.pq.version()), "psycopg.pq": psycopg.pq.__impl__}

    @property
    def pool(self) -> QueuePool:
        """The engine's pool."""
        return self._engine.pool  # type: ignore[return-value]

    async def close(self) -> None:
        """Close what is idle; what is out is closed when it comes back."""
        self._closed = True
        self._engine.dispose()

    def classify(
        self, error: Exception, during: Part, connection: ThreadConnection | None
    ) -> Failure | None:
        """Name, beside what SQLAlchemy takes for lost, a connection whose socket is dead."""
        failure = super().classify(error, during, connection)
        nameless = failure is None and isinstance(error, exc.OperationalError)
        if nameless and connection is not None and not connection.raw.closed:
            driver: Any = connection.raw.connection.driver_connection
            return Failure.CONNECTION_LOST if hung_up(driver.fileno()) else None
        return failure

    async def acquire(self) -> ThreadConnection:
        """Wait in the pool's queue."""
        return ThreadConnection(self._engine.connect(), autocommit=self._autocommit)

    async def release(self, connection: ThreadConnection) -> None:
        """Give it back with `close`, which rolls back; commit before, where it does not itself."""
        raw = connection.raw
        try:
            if not (self._autocommit or raw.invalidated):
                raw.commit()
        finally:
            if self._closed and not raw.invalidated:
                raw.detach()
            raw.close()
