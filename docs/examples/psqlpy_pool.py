"""psqlpy, a driver and pool in Rust: an adapter that is no part of PoolBench."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, LiteralString

import psqlpy
from psqlpy.exceptions import (
    BaseConnectionPoolError,
    Error,
    PyToRustValueMappingError,
    RustToPyValueMappingError,
)

from adapters import (
    Concurrency,
    Failure,
    Part,
    PoolAdapter,
    PoolStats,
    Row,
    Traits,
    WhenExhausted,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

LOST = ("connection closed", "db error: FATAL", "error communicating with the server")
"""The words by which a lost connection is known: the library tells neither SQLSTATE nor state."""

UNKNOWN_TYPES = (PyToRustValueMappingError, RustToPyValueMappingError)
"""The library cannot turn a value into its type: a bug of whoever asks, no failure of the pool."""


class PsqlpyConnection:
    """A connection in a task's hands."""

    __slots__ = ("raw",)

    def __init__(self, raw: psqlpy.Connection) -> None:
        self.raw = raw

    async def fetch(self, sql: LiteralString, *args: object) -> Sequence[Row]:
        """Return all rows of the result, as tuples: the contract asks for them by position."""
        return (await self.raw.execute(sql, args)).result(as_tuple=True)

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        """Return the first row, None where there is none: `fetch_row` would raise."""
        rows = (await self.raw.execute(sql, args)).result(as_tuple=True)
        return rows[0] if rows else None

    async def execute(self, sql: LiteralString, *args: object) -> None:
        """Return no number of rows: the library does not tell it."""
        await self.raw.execute(sql, args)

    def transaction(self) -> Transaction:
        """Open the library's own transaction block."""
        return Transaction(self.raw.transaction())


class Transaction:
    """The library's own block, but for an error of its rollback: it would hide the first one."""

    def __init__(self, block: psqlpy.Transaction) -> None:
        self._block = block

    async def __aenter__(self) -> None:
        await self._block.begin()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            await self._block.commit()
            return
        with suppress(Error):
            await self._block.rollback()


class PsqlpyPool(PoolAdapter[PsqlpyConnection]):
    """`psqlpy.ConnectionPool`, which waits, and connects when it is asked to."""

    concurrency = Concurrency.TASKS
    driver = "psqlpy"
    distributions = ("psqlpy",)
    traits = Traits(WhenExhausted.WAITS, smallest=2)
    profiles = {"equal": {}, "stock": {}}  # it commits by itself and checks nothing

    async def open(self) -> None:
        """Make the pool, and connect `min_size` times."""
        self.pool = psqlpy.ConnectionPool(
            dsn=self.dsn,
            max_db_pool_size=self.options.max_size,
            connect_timeout_sec=self.options.connect_timeout,
        )
        held = [await self.acquire() for _ in range(self.options.min_size)]
        for connection in held:
            await connection.fetchrow("SELECT 1")
        for connection in held:
            await self.release(connection)

    async def close(self) -> None:
        """Close what is idle; what is out is closed when it comes back."""
        self.pool.close()

    async def acquire(self) -> PsqlpyConnection:
        """Wait for a connection: the library itself would wait for ever."""
        async with asyncio.timeout(self.options.timeout):
            return PsqlpyConnection(await self.pool.connection())

    async def release(self, connection: PsqlpyConnection) -> None:
        """Give it back: that is what `close` does."""
        connection.raw.close()

    def stats(self) -> PoolStats:
        """Read the pool's own gauges."""
        status = self.pool.status()
        return PoolStats(status.size, status.available, status.waiting)

    def classify(
        self, error: Exception, during: Part, connection: PsqlpyConnection | None
    ) -> Failure | None:
        """Name a failure by its type and its text: there is nothing else to go by."""
        del connection
        if isinstance(error, TimeoutError) and during is Part.WAIT:
            return Failure.POOL_TIMEOUT
        if not isinstance(error, Error) or isinstance(error, UNKNOWN_TYPES):
            return None
        if during is Part.WAIT or isinstance(error, BaseConnectionPoolError):
            return Failure.CONNECTION_REFUSED
        lost = any(words in str(error) for words in LOST)
        return Failure.CONNECTION_LOST if lost else Failure.QUERY_FAILED
