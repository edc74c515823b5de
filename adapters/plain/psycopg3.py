"""Programs that use psycopg 3 and psycopg_pool alone."""

from __future__ import annotations

from string import Template

THREADS = Template("""\
import os

import psycopg
from psycopg_pool import $pool

DSN = os.environ["POOLBENCH_DSN"]


VALIDATED = {"check": $pool.check_connection}


def open_pool(size, least=None, wait=1.0, **options):
    global pool
    sizes = {"min_size": $least, "max_size": size}
    kwargs = {"connect_timeout": 2$kwargs}
    pool = $pool(DSN, timeout=wait, kwargs=kwargs, open=True, **sizes, **options)


def acquire():
    return pool.getconn()


def release(connection):
$commit    pool.putconn(connection)


def close():
    pool.close()


def execute(connection, sql):
    cursor = connection.execute(sql)
    return cursor.fetchall() if cursor.description else []


def connect():
    return psycopg.connect(DSN, autocommit=True)
""")

TASKS = Template("""\
import os

import psycopg
from psycopg_pool import AsyncConnectionPool

DSN = os.environ["POOLBENCH_DSN"]


VALIDATED = {"check": AsyncConnectionPool.check_connection}


async def open_pool(size, least=None, wait=1.0, **options):
    global pool
    sizes = {"min_size": size if least is None else least, "max_size": size}
    kwargs = {"connect_timeout": 2$kwargs}
    pool = AsyncConnectionPool(DSN, timeout=wait, kwargs=kwargs, open=False, **sizes, **options)
    await pool.open()


async def acquire():
    return await pool.getconn()


async def release(connection):
$commit    await pool.putconn(connection)


async def close():
    await pool.close()


async def execute(connection, sql):
    cursor = await connection.execute(sql)
    return await cursor.fetchall() if cursor.description else []


async def connect():
    return await psycopg.AsyncConnection.connect(DSN, autocommit=True)
""")

LEAST = "size if least is None else least"
EQUAL = {"kwargs": ', "autocommit": True', "commit": ""}


def threads(pool: str, least: str = LEAST) -> dict[str, str]:
    """Return the lines for a pool class of threads, by profile."""
    stock = {"kwargs": "", "commit": "    connection.commit()\n"}
    profiles = {"equal": EQUAL, "stock": stock}
    return {
        name: THREADS.substitute(pool=pool, least=least, **terms)
        for name, terms in profiles.items()
    }


def tasks() -> dict[str, str]:
    """Return the lines for the pool of tasks, by profile."""
    stock = {"kwargs": "", "commit": "    await connection.commit()\n"}
    return {name: TASKS.substitute(terms) for name, terms in (("equal", EQUAL), ("stock", stock))}
