"""The schema of ours in a database: created, seeded, counted and dropped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString

from psycopg import sql

from runner.server.dsn import ServerError
from runner.server.setup import NOTHING, Setup, make
from runner.workloads import SEEDED_ROWS

if TYPE_CHECKING:
    from runner.server.connection import Connection

TABLE = (Path(__file__).parents[2] / "adapters" / "pedido.sql").read_bytes()
COMMENT = "PoolBench keeps its tables here. It may be dropped."


BUILT_UPON: LiteralString = """
    WITH RECURSIVE inside (classid, objid) AS (
        SELECT classid, objid FROM pg_depend
        WHERE refclassid = 'pg_namespace'::regclass AND refobjid = 'poolbench'::regnamespace
        UNION
        SELECT d.classid, d.objid FROM pg_depend d
        JOIN inside i ON d.refclassid = i.classid AND d.refobjid = i.objid
    )
    SELECT pg_describe_object(classid, objid, 0)
    FROM inside, pg_identify_object_as_address(classid, objid, 0) AS object
    WHERE coalesce(object_names[1], '') !~ '^(poolbench|pg_toast)($|[.])'
"""
"""What would go with our schema and lies outside of it: the first name is that of a schema."""


@dataclass(frozen=True)
class TableRows:
    """The rows that a cell left in the table."""

    count: int
    ids: int
    """The sum of their ids."""


def create(connection: Connection, setup: Setup = NOTHING) -> None:
    """Create schema, comment and table, all or nothing: a schema of ours always says so.

    Then make what the user's own workloads need. Raises ServerError where that fails.
    """
    with connection.transaction():
        connection.execute("CREATE SCHEMA poolbench")
        connection.execute(sql.SQL("COMMENT ON SCHEMA poolbench IS {}").format(COMMENT))
        connection.execute(TABLE)
    make(connection, setup)


def drop(connection: Connection) -> None:
    """Drop the schema, where there is one. Raises ServerError for one that is not ours.

    What others have built upon it is theirs, and keeps it from being dropped.
    """
    answer = connection.execute(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'poolbench'"
    ).fetchone()
    if answer is None:
        return
    if answer[0] != COMMENT:
        raise ServerError(
            "the database has a schema poolbench that is not PoolBench's (it lacks the comment "
            f"{COMMENT!r}): use another database"
        )
    with connection.transaction():
        if built := sorted(name for (name,) in connection.execute(BUILT_UPON)):
            depend = f"{', '.join(built)} depend{'s' * (len(built) == 1)} on tables of PoolBench's"
            raise ServerError(f"the schema poolbench cannot be dropped: {depend}; drop that first")
        connection.execute("DROP SCHEMA poolbench CASCADE")


def seed(connection: Connection) -> None:
    """Bring the table to its first state: the same rows for every cell, ids from 1.

    The text of each row ends with nine digits of its own, drawn anew: who answers without having
    read the row does not know them. All are of one length, so that the same bytes are sent.
    """
    connection.execute("TRUNCATE poolbench.pedido RESTART IDENTITY")
    connection.execute(
        "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
        "SELECT 'Cliente ' || n, 'Pedido ' || n || ' ' || (1e8 + random() * 8e8)::int, "
        "DATE '2024-01-01' + n %% 365 FROM generate_series(1, %s) AS n",
        [SEEDED_ROWS],
    )
    # Not ANALYZE alone: that many new rows would call autovacuum in the midst of a measurement.
    connection.execute("VACUUM (ANALYZE) poolbench.pedido")


def table_rows(connection: Connection, key: str) -> TableRows:
    """Count the rows whose `cliente` begins with the key and a hyphen, and add up their ids."""
    answer = connection.execute(
        "SELECT count(*), coalesce(sum(id), 0)::bigint FROM poolbench.pedido "
        "WHERE starts_with(cliente, %s)",
        [f"{key}-"],
    ).fetchone()
    return TableRows(*answer) if answer else TableRows(0, 0)
