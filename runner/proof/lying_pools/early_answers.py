"""Pools that answer an insert before the server has seen it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, LiteralString

from runner.proof.lying_pools.inserts import LyingConnection, LyingPool
from runner.workloads import SEEDED_ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from adapters.base import PoolOptions, Row
    from adapters.psycopg3_pool import Psycopg3Connection


class LateConnection(LyingConnection):
    """A connection that still has something to send when it is released."""

    __slots__ = ("unsent",)

    def __init__(self, raw: psycopg.Connection[Row], pool: LyingPool) -> None:
        super().__init__(raw, pool)
        self.unsent: tuple[LiteralString, Sequence[object]] | None = None


class AnswersEarly(LyingPool):
    """Answers an insert before the server has seen it; it is sent once `use` has been timed."""

    first_id = 1

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self._ids = itertools.count(self.first_id)

    async def acquire(self) -> Psycopg3Connection:
        return LateConnection(self.pool.getconn(), self)

    async def release(self, connection: Psycopg3Connection) -> None:
        try:
            if isinstance(connection, LateConnection) and connection.unsent:
                connection.ask(*connection.unsent)
        finally:
            await super().release(connection)

    def insert(
        self, connection: LyingConnection, sql: LiteralString, args: Sequence[object]
    ) -> Row | None:
        if isinstance(connection, LateConnection):
            connection.unsent = sql, args
        return (next(self._ids),)


class GuessesIds(AnswersEarly):
    """Answers early too, and guesses the ids that the server will give: rows and ids add up."""

    first_id = SEEDED_ROWS + 1
