"""Programs that use an engine of SQLAlchemy alone."""

from __future__ import annotations

from string import Template

THREADS = Template("""\
import os

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import NullPool, create_engine

HOW = {"connect_timeout": 2, **conninfo_to_dict(os.environ["POOLBENCH_DSN"])}
TO = {"url": "postgresql+psycopg://", "connect_args": HOW}
AUTOCOMMIT = {"isolation_level": "AUTOCOMMIT"}
VALIDATED = {"pool_pre_ping": True}


def open_pool(size, least=0, wait=1.0, **options):
    global engine
    engine = create_engine(**TO, pool_size=size, pool_timeout=wait$terms, **options)
    for connection in [acquire() for _ in range(least)]:
        release(connection)


def acquire():
    return engine.connect()


def release(connection):
$commit    connection.close()


def close():
    engine.dispose()


def execute(connection, sql):
    result = connection.exec_driver_sql(sql)
    return result.fetchall() if result.returns_rows else []


def connect():
    return create_engine(**TO, poolclass=NullPool, **AUTOCOMMIT).connect()
""")

TASKS = Template("""\
import os

from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine

HOW = {"timeout": 2, "dsn": os.environ["POOLBENCH_DSN"]}
TO = {"url": "postgresql+asyncpg://", "connect_args": HOW}
AUTOCOMMIT = {"isolation_level": "AUTOCOMMIT"}
VALIDATED = {"pool_pre_ping": True}


async def open_pool(size, least=0, wait=1.0, **options):
    global engine
    engine = create_async_engine(**TO, pool_size=size, pool_timeout=wait$terms, **options)
    for connection in [await acquire() for _ in range(least)]:
        await release(connection)


async def acquire():
    return await engine.connect()


async def release(connection):
$commit    await connection.close()


async def close():
    await engine.dispose()


async def execute(connection, sql):
    result = await connection.exec_driver_sql(sql)
    return result.fetchall() if result.returns_rows else []


async def connect():
    return await create_async_engine(**TO, poolclass=NullPool, **AUTOCOMMIT).connect()
""")

EQUAL = ", **AUTOCOMMIT, max_overflow=0, pool_reset_on_return=None"

PLAIN_THREADS = {
    "equal": THREADS.substitute(terms=EQUAL, commit=""),
    "stock": THREADS.substitute(terms="", commit="    connection.commit()\n"),
}
PLAIN_TASKS = {
    "equal": TASKS.substitute(terms=EQUAL, commit=""),
    "stock": TASKS.substitute(terms="", commit="    await connection.commit()\n"),
}
