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

async def open_pool(size):
    global pool
    pool = await asyncpg.create_pool(DSN, min_size=size, max_size=size$reset)


async def acquire():
    return await pool.acquire(timeout=1.0)


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
