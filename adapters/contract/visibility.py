"""Visibility: the work of a client in the eyes of others, before and after its release."""

# ruff: noqa: D102 - the name of a test is the event

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from adapters.base import Failure, Part
from adapters.contract.clients import failure_of, operation
from adapters.contract.expectation import expect, expect_if_told
from adapters.contract.scenario import (
    DAY,
    Contract,
    Pool,
    commits,
    scenario,
    with_server,
    with_transactions,
)
from adapters.contract.watcher import Watcher
from adapters.pedido import Pedido, PedidoDAO

if TYPE_CHECKING:
    from adapters.base import Connection


class Visibility(Contract):
    """Tests of the moment at which others see a client's work."""

    @scenario(with_transactions)
    async def test_one_transaction_is_committed_and_another_rolled_back(self, pool: Pool) -> None:
        async with pool.connection() as first, pool.connection() as second:
            mine, yours = PedidoDAO(first), PedidoDAO(second)
            with suppress(ZeroDivisionError):
                async with second.transaction():
                    lost = await yours.insertar(Pedido("transaction", "rolled back", DAY))
                    async with first.transaction():
                        kept = await mine.insertar(Pedido("transaction", "committed", DAY))
                        expect("not yet committed", await yours.por_id(kept.id or 0), None)
                    expect("committed", await yours.por_id(kept.id or 0), kept)
                    expect("not yet rolled back", await mine.por_id(lost.id or 0), None)
                    raise ZeroDivisionError
            expect("rolled back", await yours.por_id(lost.id or 0), None)
            expect_if_told("eliminar", await yours.eliminar(kept.id or 0), expected=True)
            seen = await mine.por_id(kept.id or 0) is not None
            expect("a deleted row is seen before its commit", seen, commits(pool))

    @scenario(with_transactions)
    async def test_a_failed_statement_rolls_its_transaction_back(self, pool: Pool) -> None:
        async with pool.connection() as connection:
            dao = PedidoDAO(connection)
            lost: list[Pedido] = []

            async def fails() -> None:
                async with connection.transaction():
                    lost.append(await dao.insertar(Pedido("transaction", "rolled back", DAY)))
                    await connection.fetchrow("SELECT 1/0")

            failure = await failure_of(pool, fails(), Part.USE, connection)
            expect("a failure in a transaction", failure, Failure.QUERY_FAILED)
            expect("rolled back", await dao.por_id(lost[0].id or 0), None)

    @scenario(with_server)
    async def test_a_row_is_seen_by_others_when_its_connection_is_back(self, pool: Pool) -> None:
        with Watcher(pool.dsn) as watcher:
            connection = await pool.acquire()
            new = await PedidoDAO(connection).insertar(Pedido("release", "committed", DAY))
            expect("a row is seen before release", watcher.stored(new), not commits(pool))
            await pool.release(connection)
            expect("a row is seen after release", watcher.stored(new), expected=True)
            expect("rows that are deleted", watcher.delete(new), 1)

    @scenario(with_transactions)
    async def test_a_transaction_after_a_statement_is_seen_when_its_connection_is_back(
        self, pool: Pool
    ) -> None:
        async with pool.connection() as connection:
            await connection.fetchrow("SELECT 1")  # where it has begun one before
            async with connection.transaction():
                dao = PedidoDAO(connection)
                new = await dao.insertar(Pedido("release", "committed", DAY))
        with Watcher(pool.dsn) as watcher:
            expect("rows that others see and delete", watcher.delete(new), 1)

    @scenario(with_server)
    async def test_no_transaction_stays_open_when_its_connection_is_back(self, pool: Pool) -> None:
        with Watcher(pool.dsn) as watcher:
            for sql in "SELECT 1", "SELECT 1/0":
                connection = await pool.acquire()
                with suppress(Exception):
                    await connection.fetchrow(sql)
                await pool.release(connection)
                idle = watcher.backends(pool, "idle in transaction%")
                expect(f"open transactions after {sql} and release", idle, 0)

    @scenario(with_server, size=1)
    async def test_a_failure_in_use_is_undone_and_the_next_client_feels_nothing(
        self, pool: Pool
    ) -> None:
        """Undone is what would have been committed in `release`; the rest has been before."""
        new: list[Pedido] = []

        async def fails(connection: Connection) -> None:
            dao = PedidoDAO(connection)
            new.append(await dao.insertar(Pedido("release", "undone", DAY)))
            await connection.fetchrow("SELECT 1/0")

        expect("a failure in use", await operation(pool, fails), Failure.QUERY_FAILED)
        await pool.check()
        with Watcher(pool.dsn) as watcher:
            outlives = watcher.delete(new[0]) > 0
            expect("a row outlives a failure after it", outlives, not commits(pool))
