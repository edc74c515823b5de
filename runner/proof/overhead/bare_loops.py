"""The loops that a program would hold without PoolBench, one for each driver, over its own pool."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from adapters import Pedido

if TYPE_CHECKING:
    from runner.worker.window import Window

BareLoop = Callable[[Any, "Window"], Coroutine[Any, Any, int]]
"""Inserts over an adapter's own pool until the window closes; counts its operations."""

ROW = ("overhead", "un pedido de prueba", dt.date(2026, 1, 1))


async def bare_psycopg2(adapter: Any, window: Window) -> int:
    """Insert over a `ThreadedConnectionPool`."""
    operations = 0
    while time.perf_counter_ns() < window.closes:
        connection = adapter.pool.getconn()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
                "VALUES (%s, %s, %s) RETURNING id",
                ROW,
            )
            Pedido(*ROW, *cursor.fetchone())
        adapter.pool.putconn(connection)
        operations += 1
    return operations


async def bare_psycopg3(adapter: Any, window: Window) -> int:
    """Insert over a `ConnectionPool`."""
    operations = 0
    while time.perf_counter_ns() < window.closes:
        connection = adapter.pool.getconn()
        row = connection.execute(
            "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
            "VALUES ($1, $2, $3) RETURNING id",
            ROW,
        ).fetchone()
        Pedido(*ROW, *row)
        adapter.pool.putconn(connection)
        operations += 1
    return operations


async def bare_asyncpg(adapter: Any, window: Window) -> int:
    """Insert over an `asyncpg.Pool`."""
    operations = 0
    while time.perf_counter_ns() < window.closes:
        connection = await adapter.pool.acquire(timeout=adapter.options.timeout)
        row = await connection.fetchrow(
            "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
            "VALUES ($1, $2, $3) RETURNING id",
            *ROW,
        )
        Pedido(*ROW, *row)
        await adapter.pool.release(connection)
        operations += 1
    return operations


BARE_LOOPS: dict[str, BareLoop] = {
    "psycopg2": bare_psycopg2,
    "psycopg3": bare_psycopg3,
    "asyncpg": bare_asyncpg,
}
"""By the name of the adapter whose pool they use."""
