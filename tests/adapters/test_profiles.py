"""A profile changes the traffic on the wire, and never the effect: a leak commits nothing."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psycopg
import psycopg2
import pytest
import sqlalchemy
from sqlalchemy.exc import DBAPIError

import adapters
from adapters import Pedido, PedidoDAO
from runner.server.dsn import uri

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adapters import PoolAdapter
    from runner.server.embedded import EmbeddedServer

NEW = Pedido("profiles", "un pedido", dt.date(2026, 1, 1))
KNOW_STOCK = [name for name in adapters.names() if "stock" in adapters.find(name).profiles]
COMMITS = [
    name
    for name in KNOW_STOCK
    if adapters.find(name).commits(adapters.find(name).profiles["stock"])
]
POOLS = [name for name in KNOW_STOCK if adapters.find(name).traits.pools]


@pytest.fixture(scope="module")
def dsn(server: EmbeddedServer) -> Iterator[str]:
    """Give all of them one database: none leaves anything in it."""
    server.prepare(["profiles"])
    yield server.dsn("profiles", "profiles")
    server.discard(["profiles"])


def create(
    name: str, dsn: str, profile: str = "stock", given: Mapping[str, Any] | None = None
) -> PoolAdapter[Any]:
    options = adapters.pool_options(given or {}, profile=profile, min_size=1, max_size=1)
    return adapters.create(name, dsn, options)


def stored(dsn: str, new: Pedido) -> bool:
    with psycopg.connect(dsn, autocommit=True) as server:
        sql = "SELECT FROM poolbench.pedido WHERE id = %s"
        return server.execute(sql, [new.id]).fetchone() is not None


def test_every_adapter_knows_stock_but_the_one_that_shares_a_transaction() -> None:
    assert set(adapters.names()) - set(KNOW_STOCK) == {"psycopg3-shared"}
    with pytest.raises(adapters.AdapterError, match=r"profile 'stock' \(known: equal\)"):
        create("psycopg3-shared", "postgresql://")


def test_who_commits_in_stock_is_who_does_not_by_himself() -> None:
    drivers = {adapters.find(name).driver for name in COMMITS}
    assert drivers == {"psycopg2", "psycopg", "sqlalchemy"}
    for name in adapters.names():
        found = adapters.find(name)
        assert not found.commits(found.profiles["equal"]), name


@pytest.mark.parametrize("name", ["psycopg3", "psycopg3-null", "psycopg3-async", "asyncpg"])
def test_in_stock_nothing_of_the_pool_is_set(name: str) -> None:
    settings = create(name, "postgresql://").settings()
    assert not settings.keys() & {"autocommit", "check", "reset"}


@pytest.mark.parametrize("name", POOLS)
def test_in_stock_the_manuals_commit_or_the_pools_reset_comes_after_the_work(
    name: str, dsn: str
) -> None:
    async def works(pool: PoolAdapter[Any]) -> None:
        async with pool.connection() as connection:
            await connection.fetchrow("SELECT 'the work'")
            during = seen()
        after = seen()
        assert during == ("idle in transaction" if name in COMMITS else "idle", "SELECT 'the work'")
        # A pool that keeps nothing open has nothing left to look at.
        assert after is None or after[0] == "idle"
        assert after is None or after[1] in ("COMMIT", "COMMIT;") or name not in COMMITS
        assert after is None or after != during

    def seen() -> Any:
        sql = "SELECT state, query FROM pg_stat_activity WHERE application_name = %s"
        return server.execute(sql, [f"profiles-{name}"]).fetchone()

    with psycopg.connect(dsn, autocommit=True) as server:
        adapters.play(works, create(name, uri(dsn, application_name=f"profiles-{name}")))


@pytest.mark.parametrize("name", COMMITS)
def test_a_leak_commits_nothing(name: str, dsn: str) -> None:
    async def leaks() -> None:
        await pool.open()
        connection = await pool.acquire()
        leaked = await PedidoDAO(connection).insertar(NEW)
        await pool.close()
        try:
            assert not stored(dsn, leaked)
        finally:  # no adapter's release: it is what a leaked one never gets
            finish(connection)

    pool = create(name, dsn)
    tasks = pool.concurrency is adapters.Concurrency.TASKS
    (asyncio.run if tasks else adapters.step)(leaks())


def finish(connection: Any) -> None:
    """Close a leaked connection by force."""
    raw = getattr(connection, "raw", connection)
    raw = getattr(raw, "sync_connection", raw)
    if isinstance(raw, sqlalchemy.Connection):
        driver = raw.connection.driver_connection
        raw.detach()
        raw = driver
    pgconn = getattr(raw, "pgconn", None)
    (pgconn.finish if pgconn else getattr(raw, "terminate", raw.close))()


@pytest.mark.parametrize("name", COMMITS)
def test_a_failure_in_use_is_rolled_back_without_a_warning(
    name: str, dsn: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(pool: PoolAdapter[Any]) -> None:
        connection = await pool.acquire()
        with suppress(Exception):
            await connection.fetchrow("SELECT 1/0")
        await pool.release(connection)
        await pool.check()

    with caplog.at_level(logging.WARNING):
        adapters.play(fails, create(name, dsn))
    assert not caplog.records


@pytest.mark.parametrize("name", ["psycopg3", "psycopg3-async", "psycopg3-null", "psycopg3-direct"])
@pytest.mark.parametrize(
    ("profile", "given"), [("stock", {"autocommit": True}), ("equal", {"autocommit": False})]
)
def test_release_commits_for_whoever_switches_autocommit_off(
    name: str, profile: str, given: dict[str, bool], dsn: str
) -> None:
    """`options:` go over the profile, and no work is lost."""

    async def inserts(pool: PoolAdapter[Any]) -> None:
        async with pool.connection() as connection:
            new = await PedidoDAO(connection).insertar(NEW)
            assert stored(dsn, new) is given["autocommit"]
        assert stored(dsn, new)
        async with pool.connection() as connection:
            assert await PedidoDAO(connection).eliminar(new.id or 0)

    pool = create(name, dsn, profile, given)
    assert pool.commits(pool.settings()) is not given["autocommit"]
    adapters.play(inserts, pool)


def test_the_shared_connection_cannot_be_told_to_open_transactions() -> None:
    with pytest.raises(adapters.AdapterError, match="unknown option 'autocommit'"):
        create("psycopg3-shared", "postgresql://", "equal", {"autocommit": False})


@pytest.mark.parametrize("name", COMMITS)
def test_a_connection_lost_in_use_is_not_lost_again_in_release(name: str, dsn: str) -> None:
    async def dies(pool: PoolAdapter[Any]) -> None:
        connection = await pool.acquire()
        (pid,) = await connection.fetchrow("SELECT pg_backend_pid()")
        with psycopg.connect(dsn, autocommit=True) as server:
            server.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        with pytest.raises((psycopg.OperationalError, psycopg2.OperationalError, DBAPIError)):
            await connection.fetchrow("SELECT 1")
        await pool.release(connection)

    adapters.play(dies, create(name, dsn))
