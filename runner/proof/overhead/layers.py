"""The layers between a bare loop and a worker's client: each loop adds one to the one before it.

Written once for threads and tasks, like the client that they lead to.
"""

from __future__ import annotations

from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from adapters import Pedido, PedidoDAO
from adapters.base import Part
from runner.workloads import insert

if TYPE_CHECKING:
    from adapters.base import Connection, PoolAdapter
    from runner.proof.overhead.bare_loops import Loop
    from runner.proof.overhead.gate import Gate
    from runner.workloads import Ledger


async def _failed(pool: PoolAdapter[Any], error: Exception, pause: float) -> None:
    """Pause after an acquire that failed. Raises the error where the adapter has no name for it."""
    if pool.classify(error, Part.WAIT, None) is None:
        raise error
    await pool.sleep(pause)


async def through_adapter(pool: PoolAdapter[Any], gate: Gate, ledger: Ledger, pause: float) -> int:
    """Acquire, insert and release through the adapter and its connection."""
    acquire, release, pedido = pool.acquire, pool.release, ledger.pedido
    cliente, descripcion, fecha = pedido.cliente, pedido.descripcion, pedido.fecha_pedido
    operations = 0
    while not gate.closed:
        try:
            connection: Connection = await acquire()
        except Exception as error:  # noqa: BLE001 - `_failed` raises what is not a driver's
            await _failed(pool, error, pause)
            continue
        answer: Any = await connection.fetchrow(
            "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
            "VALUES ($1, $2, $3) RETURNING id",
            cliente,
            descripcion,
            fecha,
        )
        Pedido(cliente, descripcion, fecha, answer[0])
        await release(connection)
        operations += gate.counts
    return operations


async def through_dao(pool: PoolAdapter[Any], gate: Gate, ledger: Ledger, pause: float) -> int:
    """Insert through the DAO."""
    acquire, release, pedido = pool.acquire, pool.release, ledger.pedido
    operations = 0
    while not gate.closed:
        try:
            connection: Connection = await acquire()
        except Exception as error:  # noqa: BLE001 - `_failed` raises what is not a driver's
            await _failed(pool, error, pause)
            continue
        await PedidoDAO(connection).insertar(pedido)
        await release(connection)
        operations += gate.counts
    return operations


async def with_ledger(pool: PoolAdapter[Any], gate: Gate, ledger: Ledger, pause: float) -> int:
    """Let the workload insert, which keeps account of its rows."""
    acquire, release = pool.acquire, pool.release
    operations = 0
    while not gate.closed:
        try:
            connection: Connection = await acquire()
        except Exception as error:  # noqa: BLE001 - `_failed` raises what is not a driver's
            await _failed(pool, error, pause)
            continue
        await insert(connection, ledger)
        await release(connection)
        operations += gate.counts
    return operations


async def with_clock(pool: PoolAdapter[Any], gate: Gate, ledger: Ledger, pause: float) -> int:
    """Read the clock after each of the three parts."""
    acquire, release, now = pool.acquire, pool.release, perf_counter_ns
    operations = 0
    while not gate.closed:
        try:
            connection: Connection = await acquire()
        except Exception as error:  # noqa: BLE001 - `_failed` raises what is not a driver's
            await _failed(pool, error, pause)
            continue
        now()
        await insert(connection, ledger)
        now()
        await release(connection)
        now()
        operations += gate.counts
    return operations


LAYERS: dict[str, Loop] = {
    "adapter": through_adapter,
    "DAO": through_dao,
    "ledger": with_ledger,
    "clock": with_clock,
}
"""The layers by name, from the driver upwards; the client itself is the last one."""
