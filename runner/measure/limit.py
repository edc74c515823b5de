"""What the server itself could have done: the same statements, sent by the C program pgbench.

METHOD 13. Its rows stand in `cells.csv` beside those of the adapters, under a name of their own.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.base import Failure
from runner import roles
from runner.measure import pgbench
from runner.measure.pgbench import Counted, Order, PgbenchError, Program
from runner.plan.tasks import Place
from runner.redaction import masked
from runner.results.row import Result, Status
from runner.workloads import LISTED, SEEDED_ROWS, Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.measure.group import Context
    from runner.plan.plan import Cell

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

MIXED = rf"""\set statement (:sent + :client_id % 16) % 20
\set sent :sent + 1
{DRAW}
\if :statement < 16
{READ};
\elif :statement < 18
{INSERT} \gset own_
\elif :statement < 19
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


@dataclass(frozen=True)
class Setting:
    """What the limit depends on: it is measured once a round for all cells that agree in it."""

    workload: str
    connections: int
    cpus: str = "all"
    hold: float = 0.0
    """Seconds that the server sleeps in `hold`; 0 in the others."""

    @property
    def name(self) -> str:
        """A name that a file can have, as groups of cells are named."""
        one = "" if self.cpus == "all" else f"-{self.cpus}"
        return f"{self.workload}-p{self.connections}{one}"


def settings(cells: Iterable[Cell]) -> list[Setting]:
    """Return what has to be measured for these cells, in their order: nothing for leaking ones."""
    found = [
        Setting(
            cell.workload,
            cell.pool_max,
            cell.cpus,
            hold=cell.hold if cell.workload == "hold" else 0.0,
        )
        for cell in cells
        if cell.workload in SCRIPTS and not cell.leak
    ]
    return list(dict.fromkeys(found))


def order(setting: Setting, key: str, seconds: float, cores: Sequence[int]) -> Order:
    """Return what pgbench is to do for about so many counted seconds; its rows carry the key."""
    pedido = Ledger(f"{key}-0", random.Random()).pedido
    variables = {
        "cliente": pedido.cliente,
        "descripcion": pedido.descripcion,
        "fecha_pedido": str(pedido.fecha_pedido),
        "semilla": "semilla",
        "cambiado": "cambiado",
        "limite": str(LISTED),
        "hold": str(setting.hold),
        "sent": "0",
    }
    return Order(
        script=SCRIPTS[setting.workload],
        variables=variables,
        connections=setting.connections,
        seconds=max(1, round(seconds + setting.connections * CONNECT_SECONDS)),
        cores=cores[-1:] if setting.cpus == "one" else cores,
        patience=pgbench.GRACE_SECONDS + setting.hold,
    )


def row(
    setting: Setting,
    place: Place,
    version: str,
    found: Counted | str,
    rows_found: int | None = None,
) -> Result:
    """Return the line of `cells.csv`: of what was counted, or of the reason why nothing was.

    `rows_found` is what the table has of pgbench's rows, None where that says nothing.
    """
    status, reason = _judged(found, rows_found)
    return Result(
        cell=f"{roles.LIMIT}-{setting.name}",
        group=f"limit-{setting.name}",
        session=place.session,
        round=place.round,
        position=place.position,
        adapter=roles.LIMIT,
        driver="pgbench",
        driver_version=version,
        profile="equal",
        workload=setting.workload,
        cpus=setting.cpus,
        clients=setting.connections,
        pool_min=setting.connections,
        pool_max=setting.connections,
        acquire_timeout_ms=0.0,
        error_pause_ms=0.0,
        think_time_ms=0.0,
        leak=0.0,
        leak_reference="",
        status=status,
        reason=reason,
        rows_found=rows_found,
        **({} if isinstance(found, str) else _numbers(setting, found)),
    )


def _judged(found: Counted | str, rows_found: int | None) -> tuple[Status, str]:
    if isinstance(found, str):
        return Status.FAILED, found
    if rows_found is not None and rows_found != found.transactions:
        reason = f"pgbench counted {found.transactions} rows, the table has {rows_found}"
        return Status.SUSPECT, reason
    return Status.OK, ""


def _numbers(setting: Setting, found: Counted) -> dict[str, Any]:
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
        "total_ms_mean": setting.connections / found.per_second * 1000,
        "rows_inserted": found.transactions if setting.workload in INSERTING else None,
    }


def measure_round(
    around: Context,
    program: Program | str,
    chosen: Sequence[Setting],
    first: Place,
    seconds: float = 1.0,
) -> Iterator[Result]:
    """Measure each setting once, shuffled as the seed says, and yield each row once it is stored.

    `program` is what `pgbench.find` returned, `first` the place of the first row. Raises
    Interrupted, ServerError, StoreError; whatever pgbench does is a row.
    """
    shuffled = list(chosen)
    random.Random(f"{around.seed}/{first.round}/limit").shuffle(shuffled)
    for position, setting in enumerate(shuffled, first.position):
        place = Place(first.session, first.round, position)
        around.interrupts.check()
        if isinstance(program, str):
            result = row(setting, place, "", program)
        else:
            result = _measured(around, program, setting, place, seconds)
        around.run_folder.append([result])
        yield result


def _measured(
    around: Context, program: Program, setting: Setting, place: Place, seconds: float
) -> Result:
    """Give pgbench a place on the server of its own, and take it back."""
    server, key = around.server, f"l{place.position:03}r{place.round:02}"
    server.place(around.cores[:-1] if setting.cpus == "one" else None)
    server.prepare([key])
    try:
        found = _run(around, program, order(setting, key, seconds, around.cores), key)
        countable = setting.workload in INSERTING and isinstance(found, Counted)
        rows_found = server.rows(key).count if countable else None
        return row(setting, place, program.version, found, rows_found)
    finally:
        server.discard([key])


def _run(around: Context, program: Program, told: Order, key: str) -> Counted | str:
    """Return what pgbench counted, or why it did not; nothing of it is left on the server."""
    server, name = around.server, f"poolbench {around.run} {key} {roles.LIMIT}"
    found: Counted | str
    try:
        dsn = server.dsn(key, name)
        found = pgbench.run(program, told, dsn, around.watchdog, around.interrupts)
    except PgbenchError as error:
        found = masked(str(error), server.secrets)
    server.disconnected(name, LEAVE_SECONDS)
    return found
