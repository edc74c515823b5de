"""An adapter without server, pool and work, which measures the harness itself."""

from __future__ import annotations

import datetime as dt
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, LiteralString

from adapters.base import Concurrency, PoolAdapter, Row, Traits, WhenExhausted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from adapters.base import Failure, Part

ROW = (1, "noop", "noop", dt.date(2026, 1, 1))
ROWS = [ROW] * 20


class NoopConnection:
    """A connection that answers every statement with the same row, at once."""

    async def fetch(self, sql: LiteralString, *args: object) -> Sequence[Row]:
        """Return twenty rows, as many as `listar` asks for."""
        del sql, args
        return ROWS

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        """Return the row."""
        del sql, args
        return ROW

    async def execute(self, sql: LiteralString, *args: object) -> int:
        """Return 1, as if one row were affected."""
        del sql, args
        return 1

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Do nothing: there is nothing to commit."""
        yield


class Noop(PoolAdapter[NoopConnection]):
    """An adapter that hands out the same idle connection to every client."""

    concurrency = Concurrency.THREADS
    traits = Traits(WhenExhausted.NEVER, server=False)
    driver = "noop"
    profiles = {"equal": {}, "stock": {}}

    async def open(self) -> None:
        """Create the one connection."""
        self._connection = NoopConnection()

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""

    async def acquire(self) -> NoopConnection:
        """Hand out the one connection."""
        return self._connection

    async def release(self, connection: NoopConnection) -> None:
        """Do nothing: the connection stays with every client."""

    def classify(
        self, error: Exception, during: Part, connection: NoopConnection | None
    ) -> Failure | None:
        """Return None: nothing here fails but by a bug."""
        del error, during, connection
        return None
