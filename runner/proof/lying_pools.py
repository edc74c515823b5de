"""Pools that lie: each breaks one law, in a normal run, on a real server, with real queries.

They declare the same of themselves as the honest pool that they are built on. The checks of
`runner.results.conservation` must detect them, without knowing any of them.
"""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg

from adapters.psycopg3_pool import Psycopg3Connection, Psycopg3Pool
from runner.workloads import SEEDED_ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import PoolOptions, Row

EVERY = 50
"""A pool that lies now and then does it in every fiftieth insert."""

MORE = 3
"""Connections that are opened beyond the size."""

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


class HandsOutTwice(Psycopg3Pool):
    """Gives a connection to two clients at a time; the later of the two releases it."""

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self._alone: set[Psycopg3Connection] = set()
        """The connections that only one client has."""
        self._lock = threading.Lock()

    async def acquire(self) -> Psycopg3Connection:
        with self._lock:
            if self._alone:
                return self._alone.pop()
        connection = await super().acquire()
        with self._lock:
            self._alone.add(connection)
        return connection

    async def release(self, connection: Psycopg3Connection) -> None:
        with self._lock:
            if connection not in self._alone:
                self._alone.add(connection)  # the other client still has it
                return
            self._alone.remove(connection)
        await super().release(connection)


class OpensMore(Psycopg3Pool):
    """Opens more connections than its size, and keeps them."""

    async def open(self) -> None:
        await super().open()
        self._more = [psycopg.connect(self.dsn, autocommit=True) for _ in range(MORE)]

    async def close(self) -> None:
        for connection in self._more:
            connection.close()
        await super().close()
