"""The workloads in pgbench's own language, statement by statement as the clients send them."""

from __future__ import annotations

from runner.workloads import SEEDED_ROWS

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
    "hold": "SELECT 1 FROM pg_sleep(:hold::float8);\n",
}
"""Workload -> the same operation in pgbench's language; `checkout` sends nothing, so it has none.

The statements are those of `PedidoDAO`, in the order of `runner.workloads`: a test plays both.
"""

INSERTING = frozenset({"insert", "transaction"})
"""Each operation of these leaves one row, and nothing else does: so the rows can be counted."""
