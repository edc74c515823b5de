"""SQLAlchemy's `AsyncAdaptedQueuePool` over asyncpg, for tasks."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, LiteralString, TypeVar

import greenlet  # noqa: F401 - without it an engine fails at its first connection, not here
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from adapters.asyncpg_pool import explained, split_timeout
from adapters.base import Concurrency, Failure, Part, Row
from adapters.plain.sqlalchemy import PLAIN_TASKS
from adapters.sqlalchemy_pool import SQLAlchemyAdapter, Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import sqlalchemy
    from sqlalchemy.pool import QueuePool

    from adapters.base import PoolOptions

CACHED = (
    inspect.signature(AsyncAdapt_asyncpg_connection)
    .parameters["prepared_statement_cache_size"]
    .default
)

T = TypeVar("T")


class TaskConnection:
    """A connection of an engine in a task's hands."""

    __slots__ = ("autocommit", "raw")

    def __init__(self, raw: AsyncConnection, *, autocommit: bool) -> None:
        self.raw = raw
        self.autocommit = autocommit

    async def fetch(self, sql: LiteralString, *args: object) -> Sequence[Row]:
        """Return all rows of the result."""
        return (await self.raw.exec_driver_sql(sql, args or None)).fetchall()

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        """Return the first row of the result, None where there is none."""
        return (await self.raw.exec_driver_sql(sql, args or None)).first()

    async def execute(self, sql: LiteralString, *args: object) -> int:
        """Return the number of rows affected; 0 for a statement that affects none."""
        return max((await self.raw.exec_driver_sql(sql, args or None)).rowcount, 0)

    async def run(self, work: Callable[[sqlalchemy.Connection], T]) -> T:
        """Do something with the connection as a program of threads has it."""
        return await self.raw.run_sync(work)

    def transaction(self) -> Transaction:
        """Open a transaction, under autocommit too."""
        return Transaction(self)


class SQLAlchemyAsyncPool(SQLAlchemyAdapter[TaskConnection]):
    """`AsyncAdaptedQueuePool`, the pool of `create_async_engine`."""

    concurrency = Concurrency.TASKS
    distributions = ("SQLAlchemy", "asyncpg", "greenlet")
    plain = PLAIN_TASKS
    prepared = f"prepared_statement_cache_size = {CACHED}"

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        dsn, seconds = split_timeout(dsn)
        super().__init__(dsn, options)
        connect = {"dsn": dsn, "timeout": seconds or options.connect_timeout}
        self._engine = create_async_engine(
            "postgresql+asyncpg://", connect_args=connect, **self._arguments
        )

    @property
    def pool(self) -> QueuePool:
        """The engine's pool."""
        return self._engine.pool  # type: ignore[return-value]

    async def close(self) -> None:
        """Close what is idle; what is out is closed when it comes back."""
        self._closed = True
        await self._engine.dispose()

    async def check(self) -> None:
        """Prove that the pool can serve a query."""
        with explained():
            await super().check()

    async def acquire(self) -> TaskConnection:
        """Wait in the pool's queue."""
        return TaskConnection(await self._engine.connect(), autocommit=self._autocommit)

    async def release(self, connection: TaskConnection) -> None:
        """Give it back with `close`, which rolls back; commit before, where it does not itself."""
        raw = connection.raw
        try:
            if not (self._autocommit or raw.invalidated):
                await raw.commit()
        finally:
            if self._closed and not raw.invalidated:
                await raw.run_sync(lambda connection: connection.detach())
            await raw.close()

    def classify(
        self, error: Exception, during: Part, connection: TaskConnection | None
    ) -> Failure | None:
        """Name, beside SQLAlchemy's errors, those of the network: it lets them through."""
        if isinstance(error, OSError):
            refused = during is Part.WAIT
            return Failure.CONNECTION_REFUSED if refused else Failure.CONNECTION_LOST
        return super().classify(error, during, connection)
