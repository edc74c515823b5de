"""Programs that use an engine of SQLAlchemy alone."""

from __future__ import annotations

from string import Template

THREADS = Template("""\
import os

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import NullPool, create_engine

TO = {"connect_args": conninfo_to_dict(os.environ["POOLBENCH_DSN"])}
AUTOCOMMIT = {"isolation_level": "AUTOCOMMIT"}


def open_pool(size):
    global engine
    engine = create_engine("postgresql+psycopg://", pool_size=size, pool_timeout=1.0, **TO$terms)


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
    return create_engine("postgresql+psycopg://", poolclass=NullPool, **TO, **AUTOCOMMIT).connect()
""")

TASKS = Template("""\
import os

from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine

TO = {"connect_args": {"dsn": os.environ["POOLBENCH_DSN"]}}
AUTOCOMMIT = {"isolation_level": "AUTOCOMMIT"}
URL = "postgresql+asyncpg://"


async def open_pool(size):
    global engine
    engine = create_async_engine(URL, pool_size=size, pool_timeout=1.0, **TO$terms)


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
    return await create_async_engine(URL, poolclass=NullPool, **TO, **AUTOCOMMIT).connect()
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
