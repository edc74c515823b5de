"""Pools that lie about inserts: they count others than they make, or give ids that no row has."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, LiteralString

from adapters.psycopg3_pool import Psycopg3Connection, Psycopg3Pool

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from adapters.base import PoolOptions, Row

EVERY = 50
"""A pool that lies now and then does it in every fiftieth insert."""

FAR_OFF = 1_000_000
"""Added to an id, so that no row has it."""


class LyingConnection(Psycopg3Connection):
    """A connection whose pool answers the inserts."""

    __slots__ = ("_pool",)

    def __init__(self, raw: psycopg.Connection[Row], pool: LyingPool) -> None:
        super().__init__(raw)
        self._pool = pool

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        if sql.startswith("INSERT"):
            return self._pool.insert(self, sql, args)
        return self.ask(sql, args)

    def ask(self, sql: LiteralString, args: Sequence[object]) -> Row | None:
        """Ask the server, as the honest connection does."""
        return self.raw.execute(sql, args or None).fetchone()


class LyingPool(Psycopg3Pool):
    """The base of the pools that lie about inserts."""

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self._inserts = itertools.count(1)

    async def acquire(self) -> Psycopg3Connection:
        return LyingConnection(self.pool.getconn(), self)

    def insert(
        self, connection: LyingConnection, sql: LiteralString, args: Sequence[object]
    ) -> Row | None:
        """Answer an insert, honestly unless a subclass overrides it."""
        return connection.ask(sql, args)

    def lies_now(self) -> bool:
        """Tell if this insert is one of those that are lied about."""
        return next(self._inserts) % EVERY == 0


class CountsTooMany(LyingPool):
    """Counts inserts that it did not make."""

    def insert(
        self, connection: LyingConnection, sql: LiteralString, args: Sequence[object]
    ) -> Row | None:
        return (0,) if self.lies_now() else connection.ask(sql, args)


class CountsTooFew(LyingPool):
    """Makes inserts that it does not count."""

    def insert(
        self, connection: LyingConnection, sql: LiteralString, args: Sequence[object]
    ) -> Row | None:
        if self.lies_now():
            connection.ask(sql, args)
        return connection.ask(sql, args)


class ShiftsIds(LyingPool):
    """Inserts correctly, and gives ids that no row has."""

    def insert(
        self, connection: LyingConnection, sql: LiteralString, args: Sequence[object]
    ) -> Row | None:
        row = connection.ask(sql, args)
        return None if row is None else (row[0] + FAR_OFF,)


class DeletesAgain(LyingPool):
    """Inserts some rows twice, and deletes the second one again: rows and ids add up."""

    def insert(
        self, connection: LyingConnection, sql: LiteralString, args: Sequence[object]
    ) -> Row | None:
        if self.lies_now() and (second := connection.ask(sql, args)):
            connection.raw.execute("DELETE FROM poolbench.pedido WHERE id = $1", [second[0]])
        return connection.ask(sql, args)


class InsertsUnderAnotherName(LyingPool):
    """Inserts some rows twice, the second time under a name that is no client's."""

    def insert(
        self, connection: LyingConnection, sql: LiteralString, args: Sequence[object]
    ) -> Row | None:
        if self.lies_now():
            connection.ask(sql, ("otro", *args[1:]))
        return connection.ask(sql, args)
