"""A session tells what is not as the server has it, by any driver."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, LiteralString

import pytest

import adapters
from adapters.base import Concurrency
from adapters.blocking import step
from runner.server.dsn import uri
from runner.worker.session import session

if TYPE_CHECKING:
    from adapters.base import PoolAdapter


async def settings_after(pool: PoolAdapter[Any], statement: LiteralString) -> dict[str, str]:
    """Do something in the one session of the pool, and ask it for its settings."""
    await pool.open()
    try:
        async with pool.connection() as connection:
            await connection.execute(statement)
        seen = await session(pool)
        assert seen["transport"] == "tcp"
        settings: dict[str, str] = seen["settings"]
        return settings
    finally:
        await pool.close()


def told(adapter: str, dsn: str, statement: LiteralString = "SELECT 1") -> dict[str, str]:
    pool = adapters.create(adapter, dsn, adapters.pool_options({}, min_size=1, max_size=1))
    talk = settings_after(pool, statement)
    return step(talk) if pool.concurrency is Concurrency.THREADS else asyncio.run(talk)


@pytest.mark.parametrize("adapter", ["psycopg2", "psycopg3", "psycopg3-async", "asyncpg"])
def test_what_was_set_since_the_session_began_is_told_and_what_was_set_back_is_not(
    adapter: str, dsn: str
) -> None:
    plain = told(adapter, dsn)
    assert "jit" not in plain
    assert "application_name" not in plain
    assert told(adapter, dsn, "SET jit = off") == {**plain, "jit": "off"}
    assert told(adapter, dsn, "SELECT set_config('jit', current_setting('jit'), false)") == plain


def test_what_was_set_as_the_session_began_is_told(dsn: str) -> None:
    assert told("psycopg3", uri(dsn, options="-c jit=off"))["jit"] == "off"
