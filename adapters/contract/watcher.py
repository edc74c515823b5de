"""The watcher: a connection of the suite's own, to see what the server sees.

Not one of the pool under test, which may answer wrongly, tell no number of rows, or have none left.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, LiteralString, Self

import psycopg
from psycopg import RawCursor

from adapters.contract.address import name_of
from adapters.contract.clients import eventually

if TYPE_CHECKING:
    from types import TracebackType

    from adapters.contract.scenario import Pool
    from adapters.pedido import Pedido

NAME = "contract-watcher"


class Watcher:
    """A connection that commits each statement. A context manager: leaving the block closes it.

    Its methods block for as long as a question takes, an event loop too.
    """

    def __init__(self, dsn: str) -> None:
        """Connect; the pool's own name is not taken over. Raises psycopg.OperationalError."""
        self._connection = psycopg.connect(
            dsn, application_name=NAME, autocommit=True, cursor_factory=RawCursor
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def number(self, sql: LiteralString, *arguments: object) -> int:
        """Ask for a number."""
        row = self._connection.execute(sql, arguments).fetchone()
        return int((row or [0])[0])

    def stored(self, pedido: Pedido) -> bool:
        """Tell whether others see a row."""
        sql: LiteralString = "SELECT count(*) FROM poolbench.pedido WHERE id = $1"
        return self.number(sql, pedido.id) > 0

    def delete(self, pedido: Pedido) -> int:
        """Delete a row that others see; return how many that were."""
        sql: LiteralString = "DELETE FROM poolbench.pedido WHERE id = $1"
        return self._connection.execute(sql, [pedido.id]).rowcount

    def delete_all(self, cliente: str) -> int:
        """Delete the rows of a customer that others see; return how many those were."""
        sql: LiteralString = "DELETE FROM poolbench.pedido WHERE cliente = $1"
        return self._connection.execute(sql, [cliente]).rowcount

    def backends(self, pool: Pool, state: str = "%") -> int:
        """Count the connections of a pool that the server knows, in states like this one."""
        sql: LiteralString = (
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE application_name = $1 AND coalesce(state, '') LIKE $2"
        )
        return self.number(sql, name_of(pool.dsn), state)

    def sleeping(self, pid: int) -> int:
        """Count the backends of this process id that are in `pg_sleep`: one or none."""
        sql: LiteralString = (
            "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'"
        )
        return self.number(sql, pid)

    async def kill(self, pool: Pool, *pids: int) -> None:
        """End backends, and wait as a client of the pool does until they are gone."""
        sql: LiteralString = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1"
        for pid in pids:
            self.number("SELECT pg_terminate_backend($1)::int", pid)
            event = "a killed backend is listed"
            await eventually(pool, event, partial(self.number, sql, pid), expected=0)

    def kill_all(self, pool: Pool) -> int:
        """End every backend of a pool, whatever it does; return their number."""
        sql: LiteralString = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE application_name = $1"
        )
        return self.number(sql, name_of(pool.dsn))
