"""What the server itself could have done: the same statements, sent by the C program pgbench.

METHOD 13. Its rows stand in `cells.csv` beside those of the adapters, under a name of their own.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from adapters.base import Failure
from runner.measure import pgbench
from runner.measure.pgbench import Counted, Order, PgbenchError, Program
from runner.messages import message, said
from runner.plan.plan import Cell
from runner.plan.tasks import Place
from runner.redaction import masked
from runner.results.row import Row, Status
from runner.roles import LIMIT, Role
from runner.workloads import LISTED, SEEDED_ROWS, Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.axes import Conditions
    from runner.measure.group import Context
    from runner.messages import Message

CONNECT_SECONDS = 0.01
"""What one connection takes of pgbench's time before it counts, at the most."""

LEAVE_SECONDS = 5.0
"""How long the server may take to notice that pgbench is gone."""

INSERT = """INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido)
VALUES (:cliente, :descripcion, :fecha_pedido) RETURNING id"""

READ = "SELECT id, cliente, descripcion, fecha_pedido FROM poolbench.pedido WHERE id = :id"

LIST = """SELECT id, cliente, descripcion, fecha_pedido FROM poolbench.pedido
ORDER BY id DESC LIMIT :limite"""

UPDATE = """UPDATE poolbench.pedido
SET cliente = :{cliente}, descripcion = :cambiado, fecha_pedido = :fecha_pedido WHERE id = :id"""

DELETE = "DELETE FROM poolbench.pedido WHERE id = :own_id"

DRAW = rf"\set id random(1, {SEEDED_ROWS})"

MIXED = rf"""\set card (:cards + :client_id % 16) % 20
\set cards :cards + 1
{DRAW}
\if :card < 16
{READ};
\elif :card < 18
{INSERT} \gset own_
\elif :card < 19
{UPDATE.format(cliente="semilla")};
\else
{DELETE};
\endif
"""
"""One operation of twenty in turn: 16 reads, 2 inserts, an update, a delete. A client goes through
them in this order, where the workload shuffles; clients begin at different reads. The delete takes
the row that the same client inserted last, and always finds it."""

TRANSACTION = rf"""BEGIN;
{INSERT} \gset
{UPDATE.format(cliente="cliente")};
{READ};
COMMIT;
"""

SCRIPTS = {
    "insert": f"{INSERT};\n",
    "read": f"{DRAW}\n{READ};\n",
    "list": f"{LIST};\n",
    "mixed": MIXED,
    "transaction": TRANSACTION,
    "hold": "SELECT pg_sleep(:hold::float8);\n",
}
"""Workload -> the same operation in pgbench's language; `checkout` sends nothing, so it has none.

The statements are those of `PedidoDAO`, in the order of `runner.workloads`: a test plays both.
"""

INSERTING = frozenset({"insert", "transaction"})
"""Each operation of these leaves one row, and nothing else does: so the rows can be counted."""


def settings(cells: Iterable[Cell]) -> list[Conditions]:
    """Return the conditions that have to be measured for these cells, in their order."""
    chosen = [
        cell.conditions.of_limit()
        for cell in cells
        if cell.conditions.workload in SCRIPTS and cell.conditions.steady
    ]
    return list(dict.fromkeys(chosen))


def order(conditions: Conditions, key: str, seconds: float, cores: Sequence[int]) -> Order:
    """Return what pgbench is to do for about so many counted seconds; its rows carry the key."""
    pedido = Ledger(f"{key}-0", random.Random()).pedido
    variables = {
        "cliente": pedido.cliente,
        "descripcion": pedido.descripcion,
        "fecha_pedido": str(pedido.fecha_pedido),
        "semilla": "semilla",
        "cambiado": "cambiado",
        "limite": str(LISTED),
        "hold": str(conditions.hold),
        "cards": "0",
    }
    return Order(
        script=SCRIPTS[conditions.workload],
        variables=variables,
        connections=conditions.clients,
        seconds=max(1, round(seconds + conditions.clients * CONNECT_SECONDS)),
        cores=cores[-1:] if conditions.cpus == "one" else cores,
        patience=pgbench.GRACE_SECONDS + conditions.hold,
    )


def row_of(
    conditions: Conditions,
    place: Place,
    version: str,
    found: Counted | str,
    rows_found: int | None = None,
) -> Row:
    """Return the line of `cells.csv`: of what was counted, or of the reason why nothing was.

    `rows_found` is what the table has of pgbench's rows, None where that says nothing.
    """
    status, reason = _judged(found, rows_found)
    return Row(
        cell=Cell(LIMIT, conditions, Role.LIMIT),
        session=place.session,
        round=place.round,
        position=place.position,
        driver="pgbench",
        driver_version=version,
        pooled=True,
        status=status,
        reason=reason,
        rows_found=rows_found,
        **({} if isinstance(found, str) else _numbers(conditions, found)),
    )


def _judged(found: Counted | str, rows_found: int | None) -> tuple[Status, Message | None]:
    if isinstance(found, str):
        return Status.FAILED, said(found)
    if rows_found is not None and rows_found != found.transactions:
        reason = message("row.limit_rows", counted=found.transactions, rows=rows_found)
        return Status.SUSPECT, reason
    return Status.OK, None


def _numbers(conditions: Conditions, found: Counted) -> dict[str, Any]:
    """Return what was counted. The mean time is pgbench's own (Little's law), with all digits."""
    operations = found.transactions + found.failed
    return {
        "turns": 1,
        "seconds": found.seconds,
        "operations": operations,
        "ok": found.transactions,
        **{kind.value: 0 for kind in Failure},
        "query_failed": found.failed,
        "failed_share": found.failed / operations,
        "leaked": 0,
        "ops_per_s": found.per_second,
        "total_ms_mean": conditions.clients / found.per_second * 1000,
        "rows_inserted": found.transactions if conditions.workload in INSERTING else None,
    }


def measure_round(
    around: Context,
    program: Program | str,
    chosen: Sequence[Conditions],
    first: Place,
    seconds: float = 1.0,
) -> Iterator[Row]:
    """Measure each setting once, shuffled as the seed says, and yield each row once it is stored.

    `program` is what `pgbench.find` returned, `first` the place of the first row. Raises
    Interrupted, ServerError, StoreError; whatever pgbench does is a row.
    """
    shuffled = list(chosen)
    random.Random(f"{around.seed}/{first.round}/limit").shuffle(shuffled)
    for position, conditions in enumerate(shuffled, first.position):
        place = Place(first.session, first.round, position)
        around.interrupts.check()
        if isinstance(program, str):
            result = row_of(conditions, place, "", program)
        else:
            result = _measured(around, program, conditions, place, seconds)
        around.run_folder.append([result])
        yield result


def _measured(
    around: Context, program: Program, conditions: Conditions, place: Place, seconds: float
) -> Row:
    """Give pgbench a place on the server of its own, and take it back."""
    server, key = around.server, f"l{place.position:03}r{place.round:02}"
    server.place(around.cores[:-1] if conditions.cpus == "one" else None)
    server.prepare([key])
    try:
        found = _run(around, program, order(conditions, key, seconds, around.cores), key)
        countable = conditions.workload in INSERTING and isinstance(found, Counted)
        rows_found = server.rows(key).count if countable else None
        return row_of(conditions, place, program.version, found, rows_found)
    finally:
        server.discard([key])


def _run(around: Context, program: Program, told: Order, key: str) -> Counted | str:
    """Return what pgbench counted, or why it did not; nothing of it is left on the server."""
    server, name = around.server, f"poolbench {around.run} {key} {LIMIT}"
    found: Counted | str
    try:
        dsn = server.dsn(key, name)
        found = pgbench.run(program, told, dsn, around.watchdog, around.interrupts)
    except PgbenchError as error:
        found = masked(str(error), server.secrets)
    server.disconnected(name, LEAVE_SECONDS)
    return found
