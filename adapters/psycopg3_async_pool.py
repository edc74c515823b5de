"""psycopg 3: its pool for tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, LiteralString

from psycopg import AsyncRawCursor
from psycopg_pool import AsyncConnectionPool

from adapters.base import Concurrency, Row
from adapters.plain.psycopg3 import tasks
from adapters.psycopg3_pool import EQUAL_POOL, INERROR, INTRANS, Psycopg3Pooled, new

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence
    from contextlib import AbstractAsyncContextManager

    from psycopg import AsyncConnection


class Psycopg3AsyncConnection:
    """A psycopg connection in a task's hands."""

    __slots__ = ("raw",)

    def __init__(self, raw: AsyncConnection[Row]) -> None:
        self.raw = raw

    async def fetch(self, sql: LiteralString, *args: object) -> Sequence[Row]:
        """Return all rows of the result."""
        cursor = await self.raw.execute(sql, args or None)
        return await cursor.fetchall()

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        """Return the first row of the result, None where there is none."""
        cursor = await self.raw.execute(sql, args or None)
        return await cursor.fetchone()

    async def execute(self, sql: LiteralString, *args: object) -> int:
        """Return the number of rows affected; 0 for a statement that affects none."""
        cursor = await self.raw.execute(sql, args or None)
        return max(cursor.rowcount, 0)

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """Open the driver's own transaction block."""
        return self.raw.transaction()

    async def finish(self) -> None:
        """End an open transaction as the connection of threads does."""
        status = self.raw.pgconn.transaction_status
        if status == INTRANS:
            await self.raw.commit()
        elif status == INERROR:
            await self.raw.rollback()


class Psycopg3AsyncPool(Psycopg3Pooled[Psycopg3AsyncConnection]):
    """`psycopg_pool.AsyncConnectionPool`."""

    concurrency = Concurrency.TASKS
    profiles = {
        "equal": {**EQUAL_POOL, "cursor_factory": AsyncRawCursor},
        "stock": {"cursor_factory": AsyncRawCursor},
    }
    validating = {"check": AsyncConnectionPool.check_connection}
    plain = tasks()
    library: ClassVar[type[AsyncConnectionPool[Any]]] = AsyncConnectionPool
    pool: AsyncConnectionPool[Any]

    async def open(self) -> None:
        """Start the pool's workers, which connect in the background."""
        await self.pool.open()

    async def close(self) -> None:
        """Close the pool; what is out is closed when it comes back or is forgotten."""
        await self.pool.close()

    async def acquire(self) -> Psycopg3AsyncConnection:
        """Wait in the pool's queue."""
        connection = new(Psycopg3AsyncConnection)
        connection.raw = await self.pool.getconn()
        return connection

    def release(self, connection: Psycopg3AsyncConnection) -> Awaitable[None]:
        """Give it back with `putconn`; commit before, where the connection did not."""
        if self._commits:
            return self._finish(connection)
        return self.pool.putconn(connection.raw)

    async def _finish(self, connection: Psycopg3AsyncConnection) -> None:
        try:
            await connection.finish()
        finally:
            await self.pool.putconn(connection.raw)
