"""The workloads: one function for each use of a connection, through the DAO alone."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.base import Connection
from adapters.pedido import Pedido, PedidoDAO

if TYPE_CHECKING:
    from random import Random

SEEDED_ROWS = 10_000
"""The rows that every cell finds in its table, ids from 1; none is ever deleted."""

SAMPLED = 1 / 64
"""The share of the answers of `read` that are held against their rows."""

LISTED = 20
DAY = dt.date(2026, 1, 1)
MIX = ("read",) * 16 + ("insert",) * 2 + ("update", "delete")
"""The statements in every twenty operations of a client in `mixed`, in an order of its own."""


Answer = tuple[int, int | None, str, str]
"""The id that was asked for, and the `id`, `cliente` and `descripcion` of the answer."""


class WrongAnswerError(Exception):
    """The database or the adapter answered what cannot be true; it fails the cell."""


@dataclass(slots=True)
class Ledger:
    """The keys that one client of a cell reads, and its account of the rows that it wrote.

    `begun` counts before a write is sent, the others after its answer: what is missing between
    them are writes whose answer never came.
    """

    cliente: str
    keys: Random
    hold: float = 0.0
    """Seconds that the server sleeps in `hold`."""
    begun: int = 0
    inserted: int = 0
    deleted: int = 0
    refused: int = 0
    """Writes that the server answered with an error."""
    lost: int = 0
    """Writes that failed without an answer, of operations that are over."""
    ids: int = 0
    """The sum of the ids of the rows inserted, less those deleted: as the table must have it."""
    updates: int = 0
    """Updates that were sent: they change no number of rows."""
    marked: tuple[int, int, int] | None = None
    """The rows and ids before the last operation; None where writes commit by themselves."""
    own: deque[int] = field(default_factory=deque)
    answers: set[Answer] = field(default_factory=set)
    """The answers that are kept to be held against the rows: of all clients of a cell."""
    upcoming: list[str] = field(default_factory=list)
    pedido: Pedido = field(init=False)

    def __post_init__(self) -> None:
        self.pedido = Pedido(self.cliente, "un pedido de prueba", DAY)

    @property
    def uncertain(self) -> int:
        """Writes that may or may not have happened, the one under way included."""
        return self.begun - self.inserted - self.deleted - self.refused

    def failed(self, *, answered: bool) -> None:
        """Settle the write of an operation that failed, if it had begun one."""
        pending = self.uncertain - self.lost
        if answered:
            self.refused += pending
        else:
            self.lost += pending

    def mark(self) -> None:
        """Remember what was settled before an operation whose writes count only once committed."""
        self.marked = self.inserted, self.deleted, self.ids

    def void(self) -> None:
        """Take the writes of the last operation for uncertain: it was never seen to commit."""
        if self.marked is None:
            return
        if self.own and self.inserted > self.marked[0]:
            self.own.pop()
        self.inserted, self.deleted, self.ids = self.marked
        self.lost += self.uncertain - self.lost

    def key(self) -> int:
        """Return the id of a seeded row, the same sequence for every adapter."""
        return int(self.keys.random() * SEEDED_ROWS) + 1

    def next_statement(self) -> str:
        """Draw the next statement of `mixed`; the first delete comes after the first insert."""
        if not self.upcoming:
            self.upcoming = list(MIX)
            self.keys.shuffle(self.upcoming)
            delete = self.upcoming.index("delete")
            insert = len(self.upcoming) - 1 - self.upcoming[::-1].index("insert")
            if delete > insert:  # they are taken from the end
                self.upcoming[delete], self.upcoming[insert] = "insert", "delete"
        return self.upcoming.pop()


Workload = Callable[[Connection, Ledger], Awaitable[object]]
"""An operation of a client; what it returns is held against other adapters, and not measured."""


async def checkout(connection: Connection, ledger: Ledger) -> None:
    """Acquire and release alone."""


async def insert(connection: Connection, ledger: Ledger) -> None:
    """Insert a row that carries its cell and client."""
    ledger.begun += 1
    pedido = await PedidoDAO(connection).insertar(ledger.pedido)
    ledger.inserted += 1
    ledger.ids += pedido.id or 0


async def read(connection: Connection, ledger: Ledger) -> None:
    """Read one of the seeded rows by its id; some of the answers are kept.

    The digits behind the point say which: they are as random as the key, and cost no second draw.
    """
    draw = ledger.keys.random() * SEEDED_ROWS
    key = int(draw) + 1
    pedido = await PedidoDAO(connection).por_id(key)
    if pedido is None:
        raise WrongAnswerError(f"por_id({key}) found nothing, though every cell has that row")
    if key - draw < SAMPLED:
        ledger.answers.add((key, pedido.id, pedido.cliente, pedido.descripcion))


async def list_last(connection: Connection, ledger: Ledger) -> None:
    """List the last rows."""
    del ledger
    pedidos = await PedidoDAO(connection).listar(LISTED)
    if len(pedidos) != LISTED:
        raise WrongAnswerError(f"listar({LISTED}) gave {len(pedidos)} rows")


async def mixed(connection: Connection, ledger: Ledger) -> None:
    """Read 80 %, insert 10 %, update 5 %, delete 5 %; a client deletes rows of its own only."""
    await STATEMENTS[ledger.next_statement()](connection, ledger)


async def _insert_own(connection: Connection, ledger: Ledger) -> None:
    ledger.begun += 1
    pedido = await PedidoDAO(connection).insertar(ledger.pedido)
    ledger.inserted += 1
    ledger.ids += pedido.id or 0
    ledger.own.append(pedido.id or 0)


async def _update_seeded(connection: Connection, ledger: Ledger) -> None:
    key = ledger.key()
    ledger.updates += 1
    changed = Pedido("semilla", "cambiado", DAY, key)
    if await PedidoDAO(connection).actualizar(changed) is False:
        raise WrongAnswerError(f"actualizar() did not find row {key}, though every cell has it")


async def _delete_own(connection: Connection, ledger: Ledger) -> None:
    known = bool(ledger.own)  # unknown only where this client's inserts failed
    ledger.begun += known
    own = ledger.own.popleft() if known else 0
    if await PedidoDAO(connection).eliminar(own) is (not known):
        raise WrongAnswerError("eliminar() did not find the row that this client had inserted")
    ledger.deleted += known
    ledger.ids -= own


STATEMENTS: dict[str, Workload] = {
    "read": read,
    "insert": _insert_own,
    "update": _update_seeded,
    "delete": _delete_own,
}


async def transaction(connection: Connection, ledger: Ledger) -> None:
    """Insert, update and read one row in one transaction."""
    dao = PedidoDAO(connection)
    ledger.begun += 1
    async with connection.transaction():
        pedido = await dao.insertar(ledger.pedido)
        changed = Pedido(pedido.cliente, "cambiado", pedido.fecha_pedido, pedido.id)
        ledger.updates += 1
        updated = await dao.actualizar(changed)
        if updated is False or await dao.por_id(changed.id or 0) is None:
            raise WrongAnswerError("a transaction did not find the row that it had inserted")
    ledger.inserted += 1
    ledger.ids += pedido.id or 0


async def hold(connection: Connection, ledger: Ledger) -> None:
    """Keep the connection busy on the server: the pool is the bottleneck, the CPU is not."""
    await connection.fetchrow("SELECT 1 FROM pg_sleep($1::float8)", ledger.hold)


WORKLOADS: dict[str, Workload] = {
    "checkout": checkout,
    "insert": insert,
    "read": read,
    "list": list_last,
    "mixed": mixed,
    "transaction": transaction,
    "hold": hold,
}
"""Name in the YAML -> the operation of a client."""


def committed_later(work: Workload) -> Workload:
    """Return the workload for a pool that commits in `release`."""

    async def marked(connection: Connection, ledger: Ledger) -> object:
        ledger.mark()
        return await work(connection, ledger)

    return marked


LOOKUPS = {"read": 1, "list": 1, "transaction": 2}
"""The times that a success of a workload makes the server look into the table; of those that are
not here it is not said."""

WITHOUT_QUERY = frozenset({"checkout"})
"""Workloads that ask the server nothing."""
