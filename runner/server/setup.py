"""The tables of the user's own workloads: made in our schema, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, LiteralString

import psycopg
from psycopg import sql

from runner.server.dsn import ServerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.server.connection import Connection

STEP_SECONDS = 600.0
"""Limit for a statement of the setup: large tables take their time."""

OUTSIDE: LiteralString = """
    SELECT quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_locks l
    JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE l.pid = pg_backend_pid() AND l.mode <> 'AccessShareLock'
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND nspname NOT IN ('poolbench', 'information_schema') AND nspname !~ '^pg_'
    UNION
    SELECT pg_describe_object('pg_proc'::regclass, oid, 0) FROM pg_proc
    WHERE xmin = pg_current_xact_id()::xid AND pronamespace <> 'poolbench'::regnamespace
    UNION
    SELECT pg_describe_object('pg_type'::regclass, oid, 0) FROM pg_type
    WHERE xmin = pg_current_xact_id()::xid AND typnamespace <> 'poolbench'::regnamespace
      AND typrelid = 0 AND typcategory <> 'A'
"""
"""What the transaction has changed outside of our schema: relations by the locks that writing and
defining take and keep, functions and types by their rows."""

TABLES: LiteralString = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'poolbench'::regnamespace AND relkind IN ('r', 'm', 'p')
      AND relname <> 'pedido'
"""


@dataclass(frozen=True)
class Step:
    """A statement of the setup, and where it is written."""

    sql: str
    where: str


@dataclass(frozen=True)
class Setup:
    """The statements that make what the user's own workloads need."""

    steps: Sequence[Step] = ()
    lasting: bool = True
    """No workload writes to what they make: so it is as good for the next cell."""


NOTHING = Setup()


def outside(connection: Connection) -> list[str]:
    """Name what the open transaction has changed outside of our schema."""
    return sorted(name for (name,) in connection.execute(OUTSIDE))


class StatementError(Exception):
    """A statement of the user's fails; the message is the server's."""


def written(
    connection: Connection, statement: str, arguments: Sequence[Sequence[object]]
) -> list[str]:
    """Name what a statement changes outside of our schema, once for each list of arguments.

    It is rolled back. Raises StatementError.
    """
    with connection.transaction(force_rollback=True):
        cursor = psycopg.RawCursor(connection)
        try:
            for each in arguments:
                cursor.execute(statement, list(each) or None)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except psycopg.Error as error:
            raise StatementError(str(error)) from error
        return outside(connection)


def make(connection: Connection, setup: Setup) -> None:
    """Run the statements in our schema: all of them or none.

    Raises ServerError, which says where a statement is written that fails or reaches elsewhere.
    """
    if not setup.steps:
        return
    connection.answer_seconds = STEP_SECONDS
    try:
        with connection.transaction():
            connection.execute("SET LOCAL search_path = poolbench")
            for step in setup.steps:
                _run(connection, step)
        for (table,) in connection.execute(TABLES).fetchall():
            # As for our own: autovacuum would come in the midst of a measurement.
            vacuum = sql.SQL("VACUUM (ANALYZE) poolbench.{}")
            connection.execute(vacuum.format(sql.Identifier(table)))
    finally:
        connection.answer_seconds = None


def _run(connection: Connection, step: Step) -> None:
    try:
        connection.execute(step.sql)
    except (psycopg.OperationalError, psycopg.InterfaceError):
        raise
    except psycopg.Error as error:
        raise ServerError(f"{step.where}: {' '.join(str(error).split())}") from error
    if changed := outside(connection):
        raise ServerError(
            f"{step.where}: reaches beyond the schema poolbench: {', '.join(changed)}; "
            "nothing was changed"
        )
