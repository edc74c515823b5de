"""A pool that lies about reads: it asks the server once, and invents the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, LiteralString

from adapters.psycopg3_pool import Psycopg3Connection, Psycopg3Pool

if TYPE_CHECKING:
    import psycopg

    from adapters.base import PoolOptions, Row


class RememberingConnection(Psycopg3Connection):
    """A connection that asks the server once and then repeats the row that it got."""

    __slots__ = ("_pool",)

    def __init__(self, raw: psycopg.Connection[Row], pool: AnswersFromMemory) -> None:
        super().__init__(raw)
        self._pool = pool

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        known = self._pool.known.get(sql)
        if known is None:
            known = self._pool.known[sql] = await super().fetchrow(sql, *args)
        return known and (*args, *known[len(args) :])


class AnswersFromMemory(Psycopg3Pool):
    """Reads a row once, and answers every later read with it."""

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self.known: dict[str, Any] = {}

    async def acquire(self) -> Psycopg3Connection:
        return RememberingConnection(self.pool.getconn(), self)
