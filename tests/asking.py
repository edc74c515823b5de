"""Questions that tests ask a server beside the runner, and databases without anything of ours."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import psycopg
from psycopg import sql

from runner.server.dsn import uri

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.server.embedded import EmbeddedServer
    from runner.server.server import Server

NUMBERS = itertools.count(1)


def ask(dsn: str, query: Any, *args: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(query, args)
        return cursor.fetchall() if cursor.description else []


def table_rows(server: Server, key: str) -> int:
    rows = server.table_rows(key)
    assert rows is not None, "the server is left alone"
    return rows.count


@contextmanager
def empty_database(server: EmbeddedServer, name: str = "", owner: str = "client") -> Iterator[str]:
    """Yield the DSN of a database in which there is nothing of ours yet."""
    name = name or f"elsewhere{next(NUMBERS)}"
    database = sql.Identifier(name)
    with server._asking() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(database, sql.Identifier(owner))
        )
    try:
        yield uri(server._uri("client", "postgres", "elsewhere"), dbname=name)
    finally:
        with server._asking() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


async def by_asyncpg(dsn: str, query: str) -> Any:
    """Ask through asyncpg, and return the first row."""
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchrow(query)
    finally:
        await connection.close()
