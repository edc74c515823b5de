"""The loops that a program would hold without PoolBench, one for each adapter, over its own pool.

They ask of the driver what the adapter asks of it, in the same order, and read no clock. Where a
pool raises instead of waiting they pause as a worker's client does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from adapters import Pedido

if TYPE_CHECKING:
    from runner.proof.overhead.gate import Gate
    from runner.workloads import Ledger

Loop = Callable[[Any, "Gate", "Ledger", float], Coroutine[Any, Any, int]]
"""Inserts the order of a ledger over an adapter's pool until the gate is closed.

Pauses for so many seconds after a failure; counts the successes while the gate counts.
"""


async def bare_psycopg2(adapter: Any, gate: Gate, ledger: Ledger, pause: float) -> int:
    """Insert over a `ThreadedConnectionPool`."""
    from psycopg2.pool import PoolError

    pool, pedido = adapter.pool, ledger.pedido
    cliente, descripcion, fecha = pedido.cliente, pedido.descripcion, pedido.fecha_pedido
    operations = 0
    while not gate.closed:
        try:
            connection = pool.getconn()
        except PoolError:
            time.sleep(pause)
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
                "VALUES (%s, %s, %s) RETURNING id",
                (cliente, descripcion, fecha),
            )
            Pedido(cliente, descripcion, fecha, cursor.fetchone()[0])
        pool.putconn(connection)
        operations += gate.counts
    return operations


async def bare_psycopg2_queued(adapter: Any, gate: Gate, ledger: Ledger, pause: float) -> int:
    """Insert over a `ThreadedConnectionPool` behind the queue that this adapter is."""
    del pause
    pool, queue, timeout = adapter.pool, adapter.queue, adapter.options.timeout
    pedido = ledger.pedido
    cliente, descripcion, fecha = pedido.cliente, pedido.descripcion, pedido.fecha_pedido
    operations = 0
    while not gate.closed:
        queue.acquire(timeout)
        connection = pool.getconn()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
                "VALUES (%s, %s, %s) RETURNING id",
                (cliente, descripcion, fecha),
            )
            Pedido(cliente, descripcion, fecha, cursor.fetchone()[0])
        pool.putconn(connection)
        queue.release()
        operations += gate.counts
    return operations


async def bare_psycopg3(adapter: Any, gate: Gate, ledger: Ledger, pause: float) -> int:
    """Insert over a `ConnectionPool`."""
    del pause
    pool, pedido = adapter.pool, ledger.pedido
    cliente, descripcion, fecha = pedido.cliente, pedido.descripcion, pedido.fecha_pedido
    operations = 0
    while not gate.closed:
        connection = pool.getconn()
        answer = connection.execute(
            "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
            "VALUES ($1, $2, $3) RETURNING id",
            (cliente, descripcion, fecha),
        ).fetchone()
        Pedido(cliente, descripcion, fecha, answer[0])
        pool.putconn(connection)
        operations += gate.counts
    return operations


async def bare_psycopg3_async(adapter: Any, gate: Gate, ledger: Ledger, pause: float) -> int:
    """Insert over an `AsyncConnectionPool`."""
    del pause
    pool, pedido = adapter.pool, ledger.pedido
    cliente, descripcion, fecha = pedido.cliente, pedido.descripcion, pedido.fecha_pedido
    operations = 0
    while not gate.closed:
        connection = await pool.getconn()
        cursor = await connection.execute(
            "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
            "VALUES ($1, $2, $3) RETURNING id",
            (cliente, descripcion, fecha),
        )
        Pedido(cliente, descripcion, fecha, (await cursor.fetchone())[0])
        await pool.putconn(connection)
        operations += gate.counts
    return operations


async def bare_asyncpg(adapter: Any, gate: Gate, ledger: Ledger, pause: float) -> int:
    """Insert over an `asyncpg.Pool`."""
    del pause
    pool, timeout, pedido = adapter.pool, adapter.options.timeout, ledger.pedido
    cliente, descripcion, fecha = pedido.cliente, pedido.descripcion, pedido.fecha_pedido
    operations = 0
    while not gate.closed:
        connection = await pool.acquire(timeout=timeout)
        answer = await connection.fetchrow(
            "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
            "VALUES ($1, $2, $3) RETURNING id",
            cliente,
            descripcion,
            fecha,
        )
        Pedido(cliente, descripcion, fecha, answer[0])
        await pool.release(connection)
        operations += gate.counts
    return operations


BARE_LOOPS: dict[str, Loop] = {
    "psycopg2": bare_psycopg2,
    "psycopg2-queued": bare_psycopg2_queued,
    "psycopg3": bare_psycopg3,
    "psycopg3-async": bare_psycopg3_async,
    "asyncpg": bare_asyncpg,
}
"""By the name of the adapter whose pool they use."""
