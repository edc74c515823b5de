"""No server, no pool, no work: what remains when this is measured is the harness itself."""

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
    """Answers every statement with the same row, at once."""

    async def fetch(self, sql: LiteralString, *args: object) -> Sequence[Row]:
        """Twenty rows, which is what `listar` asks for."""
        del sql, args
        return ROWS

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        """Return the row."""
        del sql, args
        return ROW

    async def execute(self, sql: LiteralString, *args: object) -> int:
        """One row affected."""
        del sql, args
        return 1

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Nothing to commit."""
        yield


class Noop(PoolAdapter[NoopConnection]):
    """Hands out the same idle connection to everybody."""

    concurrency = Concurrency.THREADS
    traits = Traits(WhenExhausted.NEVER, server=False)
    driver = "noop"
    profiles = {"equal": {}, "stock": {}}

    async def open(self) -> None:
        """Make the one connection."""
        self._connection = NoopConnection()

    async def close(self) -> None:
        """Nothing to close."""

    async def acquire(self) -> NoopConnection:
        """Hand it out."""
        return self._connection

    async def release(self, connection: NoopConnection) -> None:
        """Take it back."""

    def classify(
        self, error: Exception, during: Part, connection: NoopConnection | None
    ) -> Failure | None:
        """Nothing here fails but by a bug."""
        del error, during, connection
        return None
