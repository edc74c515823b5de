"""The domain: orders of a shop, and the one DAO that every driver serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from adapters.base import Connection, Row


@dataclass(slots=True)  # not frozen: that costs half a microsecond, in every operation
class Pedido:
    """An order. `id` is None until the database has given it one."""

    cliente: str
    descripcion: str
    fecha_pedido: dt.date
    id: int | None = None


def _pedido(row: Row) -> Pedido:
    return Pedido(row[1], row[2], row[3], row[0])


class PedidoDAO:
    """Orders in the table `poolbench.pedido`, over one connection of whatever pool.

    Every method may raise what the driver raises.
    """

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def insertar(self, pedido: Pedido) -> Pedido:
        """Store a new order and return it with its id."""
        row = await self._connection.fetchrow(
            "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
            "VALUES ($1, $2, $3) RETURNING id",
            pedido.cliente,
            pedido.descripcion,
            pedido.fecha_pedido,
        )
        if row is None:
            raise LookupError("INSERT ... RETURNING answered without a row")
        return Pedido(pedido.cliente, pedido.descripcion, pedido.fecha_pedido, row[0])

    async def por_id(self, id: int) -> Pedido | None:  # noqa: A002 - the domain's own word
        """Return the order of that id, None where there is none."""
        row = await self._connection.fetchrow(
            "SELECT id, cliente, descripcion, fecha_pedido FROM poolbench.pedido WHERE id = $1",
            id,
        )
        return None if row is None else _pedido(row)

    async def listar(self, limite: int, desde_id: int | None = None) -> list[Pedido]:
        """Return the `limite` newest orders, newest first, from `desde_id` downwards if given."""
        if desde_id is None:
            rows = await self._connection.fetch(
                "SELECT id, cliente, descripcion, fecha_pedido FROM poolbench.pedido "
                "ORDER BY id DESC LIMIT $1",
                limite,
            )
        else:
            rows = await self._connection.fetch(
                "SELECT id, cliente, descripcion, fecha_pedido FROM poolbench.pedido "
                "WHERE id <= $2 ORDER BY id DESC LIMIT $1",
                limite,
                desde_id,
            )
        return [_pedido(row) for row in rows]

    async def actualizar(self, pedido: Pedido) -> bool | None:
        """Write the order over the one of its id; False where there is none.

        None where the driver does not tell.
        """
        changed = await self._connection.execute(
            "UPDATE poolbench.pedido SET cliente = $2, descripcion = $3, fecha_pedido = $4 "
            "WHERE id = $1",
            pedido.id,
            pedido.cliente,
            pedido.descripcion,
            pedido.fecha_pedido,
        )
        return None if changed is None else changed > 0

    async def eliminar(self, id: int) -> bool | None:  # noqa: A002 - the domain's own word
        """Delete the order of that id; False where there is none, None as in `actualizar`."""
        gone = await self._connection.execute("DELETE FROM poolbench.pedido WHERE id = $1", id)
        return None if gone is None else gone > 0
