"""Pools that lie about reads: they ask the server once, and answer the rest from memory."""

from __future__ import annotations

import itertools
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg

from adapters.psycopg3_pool import Psycopg3Connection, Psycopg3Pool

if TYPE_CHECKING:
    from adapters.base import PoolOptions, Row

LIKE_A_SERVER = 40_000
"""Nanoseconds after which an answer may well have come from a server."""

TOGETHER = 500
COMMITS = f"DO $$ BEGIN FOR n IN 1..{TOGETHER} LOOP COMMIT; END LOOP; END $$"
"""One statement, and as many commits as if each answer had been one."""


class RememberingConnection(Psycopg3Connection):
    """A connection that asks the server once and then repeats the row that it got."""

    __slots__ = ("_pool",)

    def __init__(self, raw: psycopg.Connection[Row], pool: AnswersFromMemory) -> None:
        super().__init__(raw)
        self._pool = pool

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        self._pool.pretend(self.raw)
        known = self._pool.known.get(sql)
        if known is None:
            known = self._pool.known[sql] = await super().fetchrow(sql, *args)
        return self._pool.rows.get(args) or (known and (*args, *known[len(args) :]))


class AnswersFromMemory(Psycopg3Pool):
    """Reads a row once, and answers every later read with it."""

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self.known: dict[str, Any] = {}
        self.rows: dict[tuple[object, ...], Row] = {}

    async def acquire(self) -> Psycopg3Connection:
        return RememberingConnection(self.pool.getconn(), self)

    def pretend(self, raw: psycopg.Connection[Row]) -> None:
        """Do what makes an answer look like one of the server: nothing here."""


class AnswersAtLeisure(AnswersFromMemory):
    """The same, as slowly as a server, which it lets commit as often as it answers."""

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        super().__init__(dsn, options)
        self._answers = itertools.count()

    def pretend(self, raw: psycopg.Connection[Row]) -> None:
        until = perf_counter_ns() + LIKE_A_SERVER
        while perf_counter_ns() < until:
            pass
        if next(self._answers) % TOGETHER == 0:
            raw.execute(COMMITS)


class ReadsAhead(AnswersAtLeisure):
    """The same, from a copy of the whole table: every answer is right, and none was asked for."""

    async def open(self) -> None:
        await super().open()
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            for row in connection.execute(
                "SELECT id, cliente, descripcion, fecha_pedido FROM poolbench.pedido"
            ):
                self.rows[row[:1]] = row
