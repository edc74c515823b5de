"""SQLAlchemy's `QueuePool` over psycopg, for threads."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import create_engine

from adapters.base import Concurrency, Row
from adapters.placeholders import rewrite
from adapters.sqlalchemy_pool import SQLAlchemyAdapter, begin, end

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType

    import sqlalchemy
    from sqlalchemy.pool import QueuePool

    from adapters.base import PoolOptions

THRESHOLD = inspect.signature(psycopg.Connection.connect).parameters["prepare_threshold"].default


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

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """Open a transaction, under autocommit too."""
        return Transaction(self)


class Transaction:
    """A block of SQLAlchemy's; see `begin`."""

    __slots__ = ("_autocommit", "_block", "_connection")

    def __init__(self, connection: ThreadConnection) -> None:
        self._connection = connection
        self._autocommit = connection.autocommit

    async def __aenter__(self) -> None:
        self._connection.autocommit = False
        self._block = begin(self._connection.raw, autocommit=self._autocommit)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        failed, autocommit = error is not None, self._autocommit
        end(self._connection.raw, self._block, failed=failed, autocommit=autocommit)
        self._connection.autocommit = autocommit


class SQLAlchemyPool(SQLAlchemyAdapter[ThreadConnection]):
    """`QueuePool`, the pool of `create_engine`."""

    concurrency = Concurrency.THREADS
    distributions = ("SQLAlchemy", "psycopg")
    prepared = f"prepare_threshold = {THRESHOLD}"

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        connect = {"connect_timeout": options.connect_timeout, **conninfo_to_dict(dsn)}
        self._engine = create_engine(
            "postgresql+psycopg://", connect_args=connect, **self._arguments
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
