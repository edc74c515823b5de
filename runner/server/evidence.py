"""The evidence of what clients did to their table: its rows, its counters, what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, LiteralString

from psycopg.errors import UndefinedTable

from runner.server import schema
from runner.server.schema import TableRows
from runner.workloads import SEEDED_ROWS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from runner.server.connection import Connection

Answer = tuple[int, str, str, str]
"""An answer that a client got: the id that it asked for, and `id`, `cliente`, `descripcion`."""

FILE = "file of "
"""The beginning of the parts of a definition that change with each rewriting of a table."""

DEFINITION: LiteralString = """
    WITH relation AS (
        SELECT c.oid::regclass AS name, c.* FROM pg_class c
        JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    ), part (what, value) AS (
        SELECT 'kind of ' || name, relkind::text FROM relation
        UNION ALL
        SELECT 'options of ' || name, reloptions::text FROM relation WHERE reloptions IS NOT NULL
        UNION ALL
        SELECT 'persistence of ' || name,
               CASE relpersistence WHEN 'p' THEN 'permanent' ELSE 'unlogged' END
        FROM relation
        UNION ALL
        SELECT 'file of ' || name, relfilenode::text FROM relation
        UNION ALL
        SELECT 'trigger ' || tgname || ' of ' || name, pg_get_triggerdef(t.oid)
        FROM pg_trigger t JOIN relation ON tgrelid = relation.oid WHERE NOT tgisinternal
        UNION ALL
        SELECT 'rule ' || rulename || ' of ' || name, pg_get_ruledef(r.oid)
        FROM pg_rewrite r JOIN relation ON ev_class = relation.oid
        UNION ALL
        SELECT 'settings of the ' || CASE WHEN setrole = 0 THEN 'database' ELSE 'role' END
               || CASE WHEN setrole <> 0 AND setdatabase <> 0 THEN ' in the database' ELSE '' END,
               setconfig::text
        FROM pg_db_role_setting
        WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
          AND setrole IN (0, 'client'::regrole)
    )
    SELECT what, value FROM part ORDER BY starts_with(what, 'file'), what
"""
"""All that lies in a database beside PostgreSQL's own, and the settings that sessions begin with.

A rewritten table has a new file: so persistence that was changed and changed back shows too.
"""


@dataclass(frozen=True)
class TableState:
    """A database of ours at a moment: its definition, and what its table has been asked for."""

    definition: Mapping[str, str]
    writes: int
    """Rows inserted, updated and deleted so far, those rolled back included."""
    lookups: int
    """Scans of the table so far, by its index or in sequence."""

    @property
    def lasting(self) -> dict[str, str]:
        """The definition without what changes with each emptying of the table."""
        return {what: how for what, how in self.definition.items() if not what.startswith(FILE)}


@dataclass(frozen=True)
class OwnTable:
    """The table that one key has for itself, and what has become of it."""

    before: TableState
    after: TableState
    ids: int
    """Ids that were taken from the sequence since the table was seeded."""
    beyond: int
    """Rows that are neither the clients' nor seeded."""
    seeded: int
    """Rows that were seeded and are still there."""


@dataclass(frozen=True)
class Evidence:
    """The traces of a key's clients on the server, once they are closed."""

    rows: TableRows
    wrong: int
    """Answers that are not what their rows hold."""
    own: OwnTable | None
    """None where all keys share one table."""


def state(connection: Connection) -> TableState:
    """Read the state of the database of the connection."""
    # What the connection itself has counted is otherwise told only as it ends (PostgreSQL 15).
    connection.execute("SELECT pg_stat_force_next_flush()")
    counted = connection.execute(
        "SELECT n_tup_ins + n_tup_upd + n_tup_del, seq_scan + idx_scan FROM pg_stat_user_tables "
        "WHERE relid = to_regclass('poolbench.pedido')"
    ).fetchone()
    definition = connection.execute(DEFINITION).fetchall()
    return TableState(dict(definition), *(counted or (0, 0)))


def collect(
    connection: Connection, key: str, answers: Collection[Answer], before: TableState | None
) -> Evidence:
    """Collect the evidence of a key's clients, whose answers are held against their rows.

    `before` is the state when the table had been seeded, None where all keys share it.
    """
    if before is None:
        return Evidence(schema.table_rows(connection, key), _wrong(connection, answers), None)
    after = state(connection)  # first: the questions below are lookups too
    try:
        rows, wrong = schema.table_rows(connection, key), _wrong(connection, answers)
        own = OwnTable(before, after, _ids(connection), *_others(connection, key))
    except UndefinedTable:  # clients have dropped or renamed it, as its definition tells
        return Evidence(TableRows(0, 0), 0, OwnTable(before, after, 0, 0, 0))
    return Evidence(rows, wrong, own)


def _wrong(connection: Connection, answers: Collection[Answer]) -> int:
    """Count the answers that are not what their rows hold."""
    columns = [list(column) for column in zip(*answers, strict=True)]
    if not columns:
        return 0
    answer = connection.execute(
        "SELECT count(*) FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[]) "
        "AS answer (asked, id, cliente, descripcion) WHERE NOT EXISTS ("
        "SELECT FROM poolbench.pedido AS kept WHERE kept.id = asked AND kept.id::text = answer.id "
        "AND kept.cliente = answer.cliente AND kept.descripcion = answer.descripcion)",
        columns,
    ).fetchone()
    return int(answer[0]) if answer else 0


def _ids(connection: Connection) -> int:
    """Count the ids that were taken from the table's sequence since it was seeded."""
    answer = connection.execute(
        "SELECT last_value - (NOT is_called)::int - %s FROM poolbench.pedido_id_seq", [SEEDED_ROWS]
    ).fetchone()
    return int(answer[0]) if answer else 0


def _others(connection: Connection, key: str) -> tuple[int, int]:
    """Count the rows that are neither the clients' nor seeded, and those that were seeded."""
    answer = connection.execute(
        "SELECT count(*) FILTER (WHERE NOT seeded AND NOT starts_with(cliente, %s)), "
        "count(*) FILTER (WHERE seeded) "
        "FROM (SELECT cliente, id BETWEEN 1 AND %s AS seeded FROM poolbench.pedido) AS kept",
        [f"{key}-", SEEDED_ROWS],
    ).fetchone()
    return (int(answer[0]), int(answer[1])) if answer else (0, 0)
