"""Every registered adapter is held to what it declares, by the suite that third parties use."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

import adapters
from adapters.contract import PoolContract
from runner.server.dsn import uri

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters import PoolAdapter
    from runner.server.embedded import EmbeddedServer


@pytest.fixture(scope="module")
def dsn(server: EmbeddedServer) -> Iterator[str]:
    """Give all of them one database: none leaves anything in it."""
    server.prepare(["contract"])
    yield server.dsn("contract", "contract")
    server.discard(["contract"])


def contract(name: str) -> type[PoolContract]:
    title = "".join(part.title() for part in name.split("-"))
    return type(f"Test{title}", (PoolContract,), {"adapter": name})


globals().update({test.__name__: test for test in map(contract, adapters.names())})


class TestAsyncpgOnUvloop(PoolContract):
    """The same over another event loop."""

    adapter = "asyncpg"
    options = {"loop": "uvloop"}


class TestAsyncpgWithoutAnAcquireTimeout(PoolContract):
    """The same where a client waits as long as it takes: a wait in vain would not end."""

    adapter = "asyncpg"
    options = {"acquire_timeout": None}
    test_a_client_that_waits_in_vain_is_told_in_time = None  # type: ignore[assignment]


class TestPsycopg3AsyncOnUvloop(PoolContract):
    """The same over another event loop."""

    adapter = "psycopg3-async"
    options = {"loop": "uvloop"}


@pytest.mark.parametrize("name", ["asyncpg", "asyncpg-direct"])
def test_a_server_that_does_not_answer_is_explained_where_the_driver_says_nothing(
    name: str,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        dsn = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/none"
        pool = adapters.create(name, dsn, adapters.pool_options({"timeout": 0.3}))
        with pytest.raises(TimeoutError, match="no answer in time"):
            adapters.play(lambda it: it.check(), pool)


@pytest.mark.parametrize(("options", "ends"), [({}, True), ({"acquire_timeout": None}, False)])
def test_a_wait_ends_with_the_pools_time_out_unless_the_option_says_that_it_has_none(
    options: dict[str, None],
    ends: bool,  # noqa: FBT001
    dsn: str,
) -> None:
    async def waits(pool: PoolAdapter[Any]) -> None:
        held = await pool.acquire()
        waiting = asyncio.ensure_future(pool.acquire())
        await asyncio.wait([waiting], timeout=30 if ends else 0.5)
        assert waiting.done() is ends
        await pool.release(held)
        if ends:
            assert isinstance(waiting.exception(), TimeoutError)
        else:
            await pool.release(await waiting)

    asked = adapters.pool_options(options, min_size=1, max_size=1, timeout=0.1)
    adapters.play(waits, adapters.create("asyncpg", dsn, asked))


@pytest.mark.parametrize("name", ["psycopg2", "psycopg3", "asyncpg", "asyncpg-direct"])
def test_libpqs_way_to_limit_connecting_is_understood_by_all(name: str, dsn: str) -> None:
    pool = adapters.create(name, f"{dsn}&connect_timeout=7", adapters.PoolOptions())
    adapters.play(lambda it: it.check(), pool)


@pytest.mark.parametrize(
    "name", [name for name in adapters.names() if adapters.find(name).traits.server]
)
def test_on_equal_terms_nothing_is_sent_but_the_work(name: str, dsn: str) -> None:
    """No validation before it, no reset and no rollback after it; and it commits by itself."""

    async def works(pool: PoolAdapter[Any]) -> None:
        async with pool.connection() as connection:
            await connection.fetchrow("SELECT 'the work'")
        async with pool.connection():
            rows = server.execute(
                "SELECT state, query FROM pg_stat_activity WHERE application_name = %s", [name]
            ).fetchall()
        assert rows
        assert {state for state, _ in rows} == {"idle"}
        assert {query for _, query in rows} <= {"SELECT 'the work'", ""}  # "": a fresh connection

    options = adapters.PoolOptions(min_size=1, max_size=1)
    pool = adapters.create(name, uri(dsn, application_name=name), options)
    with psycopg.connect(dsn, autocommit=True) as server:
        adapters.play(works, pool)
