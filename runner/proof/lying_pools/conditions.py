"""Pools that change the conditions under which the server works for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, LiteralString

import psycopg

from adapters.psycopg3_pool import Psycopg3Pool
from runner.proof.lying_pools.inserts import LyingConnection, LyingPool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import Row


class MakesUnlogged(Psycopg3Pool):
    """Spares the server the log of the table."""

    async def open(self) -> None:
        await super().open()
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("ALTER TABLE poolbench.pedido SET UNLOGGED")


class ChangesSettings(LyingPool):
    """Changes a setting of its sessions once the clients are at work."""

    def insert(
        self, connection: LyingConnection, sql: LiteralString, args: Sequence[object]
    ) -> Row | None:
        if self.lies_now():
            connection.raw.execute("SET jit = off")
        return connection.ask(sql, args)
