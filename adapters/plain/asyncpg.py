"""Programs that use asyncpg and its pool alone."""

from __future__ import annotations

from string import Template

NO_RESET = """

async def no_reset(connection):
    pass
"""

LINES = Template("""\
import asyncio
import os

import asyncpg

DSN = os.environ["POOLBENCH_DSN"]
$no_reset

async def prove(connection):
    await connection.fetchval("SELECT 1")


VALIDATED = {"setup": prove}


async def open_pool(size, least=None, wait=1.0, **options):
    global pool, seconds
    seconds = wait
    sizes = {"min_size": size if least is None else least, "max_size": size}
    pool = await asyncpg.create_pool(DSN, timeout=2, **sizes$reset, **options)


async def acquire():
    return await pool.acquire(timeout=seconds)


async def release(connection):
    await pool.release(connection)


async def close():
    await asyncio.wait_for(pool.close(), 0.25)  # it waits for connections that are out


async def execute(connection, sql):
    return await connection.fetch(sql)


async def connect():
    return await asyncpg.connect(DSN)
""")

PLAIN = {
    "equal": LINES.substitute(no_reset=NO_RESET, reset=", reset=no_reset"),
    "stock": LINES.substitute(no_reset="", reset=""),
}
