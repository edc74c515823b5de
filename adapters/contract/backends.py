"""Backends of a pool under test: counted as the server knows them, and ended."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, LiteralString

from adapters.contract.address import name_of
from adapters.contract.clients import eventually
from adapters.pedido import Pedido, PedidoDAO

if TYPE_CHECKING:
    from adapters.base import Connection
    from adapters.contract.scenario import Pool


async def pid_of(connection: Connection) -> int:
    """Return the process of the server that is behind a connection."""
    return int((await connection.fetchrow("SELECT pg_backend_pid()") or [0])[0])


async def ask(watcher: Pool, sql: LiteralString, *arguments: object) -> int:
    """Ask for a number, over a connection of the watching pool."""
    async with watcher.connection() as connection:
        return int((await connection.fetchrow(sql, *arguments))[0])


async def stored(watcher: Pool, pedido: Pedido) -> bool:
    """Tell whether others see a row."""
    async with watcher.connection() as connection:
        return await PedidoDAO(connection).por_id(pedido.id or 0) is not None


async def backends(watcher: Pool, pool: Pool, state: str = "%") -> int:
    """Count the connections of a pool that the server knows, in states like this one."""
    sql: LiteralString = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE application_name = $1 AND coalesce(state, '') LIKE $2"
    )
    return await ask(watcher, sql, name_of(pool.dsn), state)


async def sleeping(watcher: Pool, pid: int) -> int:
    """Count the backends of this process id that are in `pg_sleep`: one or none."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'"
    return await ask(watcher, sql, pid)


async def kill(watcher: Pool, *pids: int) -> None:
    """End backends, and wait until they are gone."""
    for pid in pids:
        await ask(watcher, "SELECT pg_terminate_backend($1)::int", pid)
        sql = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1"
        await eventually(
            watcher, "a killed backend is listed", partial(ask, watcher, sql, pid), expected=0
        )


async def kill_all(watcher: Pool, pool: Pool) -> int:
    """End every backend of a pool, whatever it does; return their number."""
    sql: LiteralString = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1"
    )
    return await ask(watcher, sql, name_of(pool.dsn))
