"""Faults: failed queries, killed connections and refused ones, each named and none for ever."""

# ruff: noqa: D102 - the name of a test is the event

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from adapters.base import Failure, Part
from adapters.contract.address import at_port, closed_port
from adapters.contract.clients import (
    eventually,
    failure_of,
    give_back,
    named_failure,
    pid_of,
    ping,
    recovers,
)
from adapters.contract.expectation import expect, expect_that
from adapters.contract.scenario import (
    Contract,
    Pool,
    commits,
    scenario,
    with_server,
    with_transactions,
)
from adapters.contract.watcher import Watcher
from adapters.playing import together

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Faults(Contract):
    """Tests of a pool with broken queries, connections and servers."""

    @scenario(with_server, size=1)
    async def test_a_failed_query_is_named_and_harms_nothing(self, pool: Pool) -> None:
        for sql in "SELECT 1/0", "SELEKT", "SELECT * FROM no_such_table":
            async with pool.connection() as connection:
                failure = await failure_of(pool, connection.fetch(sql), Part.USE, connection)
                expect(sql, failure, Failure.QUERY_FAILED)
                if not commits(pool):  # else the rest of the transaction has failed with it
                    await ping(connection)
            await pool.check()

    @scenario(with_server, size=1)
    async def test_a_connection_killed_in_use_is_lost_and_replaced(self, pool: Pool) -> None:
        with Watcher(pool.dsn) as watcher:
            connection = await pool.acquire()
            await watcher.kill(pool, await pid_of(connection))
            failure = await failure_of(pool, ping(connection), Part.USE, connection)
            expect("a query on a killed connection", failure, Failure.CONNECTION_LOST)
            await give_back(pool, connection)
        await recovers(pool)

    @scenario(with_server, size=1)
    async def test_a_connection_killed_before_it_is_back_is_replaced(self, pool: Pool) -> None:
        """A commit that came too late is a failure, and told."""
        with Watcher(pool.dsn) as watcher:
            connection = await pool.acquire()
            await watcher.kill(pool, await pid_of(connection))
            if commits(pool):
                released = pool.release(connection)
                failure = await failure_of(pool, released, Part.RELEASE, connection)
                expect("a commit on a killed connection", failure, Failure.CONNECTION_LOST)
            else:
                await give_back(pool, connection)
        await recovers(pool)

    @scenario(with_server, size=1)
    async def test_a_connection_killed_in_a_query_is_lost_and_replaced(self, pool: Pool) -> None:
        with Watcher(pool.dsn) as watcher:
            connection = await pool.acquire()
            pid = await pid_of(connection)

            async def works() -> None:
                query = connection.fetchrow("SELECT pg_sleep(60)")
                failure = await failure_of(pool, query, Part.USE, connection)
                expect("a query whose backend is killed", failure, Failure.CONNECTION_LOST)

            async def kills() -> None:
                asks = partial(watcher.sleeping, pid)
                await eventually(pool, "backends in pg_sleep", asks, expected=1)
                await watcher.kill(pool, pid)

            await together(pool, works(), kills())
            await give_back(pool, connection)
        await recovers(pool)

    @scenario(with_transactions, size=1)
    async def test_a_connection_killed_in_a_transaction_is_lost_and_replaced(
        self, pool: Pool
    ) -> None:
        with Watcher(pool.dsn) as watcher:
            connection = await pool.acquire()
            pid = await pid_of(connection)
            first: list[Exception] = []

            async def fails() -> None:
                async with connection.transaction():
                    await watcher.kill(pool, pid)
                    try:
                        await ping(connection)
                    except Exception as error:
                        first.append(error)
                        raise

            with pytest.raises(Exception) as caught:  # noqa: PT011 - any will do, if it is the first
                await fails()
            expect("the error that leaves a transaction block", caught.value, first[0])
            failure = named_failure(pool, first[0], Part.USE, connection)
            expect("a query on a killed connection", failure, Failure.CONNECTION_LOST)
            await give_back(pool, connection)
        await recovers(pool)

    @scenario(with_server, size=3)
    async def test_connections_killed_while_idle_are_replaced(self, pool: Pool) -> None:
        held = [await pool.acquire() for _ in range(3)]
        pids = {await pid_of(connection) for connection in held}
        for connection in held:
            await pool.release(connection)
        with Watcher(pool.dsn) as watcher:
            await watcher.kill(pool, *pids)
        await recovers(pool)

    @scenario(with_server)
    async def test_a_refused_connection_is_named_and_explained(self, pool: Pool) -> None:
        with closed_port() as port:
            failure, _ = await self._refused(pool, port, lambda refused: refused.acquire())
            kinds = (Failure.CONNECTION_REFUSED, Failure.POOL_TIMEOUT)
            event = "acquire() where nothing listens"
            expect_that(event, " or ".join(kinds), failure, holds=failure in kinds)
            _, cause = await self._refused(pool, port, lambda refused: refused.check())
            explained = "refused" in cause.lower() or str(port) in cause
            event = "check() where nothing listens"
            expect_that(event, "an error that says so or names the port", cause, holds=explained)

    async def _refused(
        self, pool: Pool, port: int, ask: Callable[[Pool], Awaitable[Any]]
    ) -> tuple[Failure | None, str]:
        """Open a pool where nothing listens and ask; return the failure and its message."""
        refused = self.pool(at_port(pool.dsn, port), timeout=0.3)
        try:
            await refused.open()
            try:
                await ask(refused)
            finally:
                await refused.close()
        except Exception as error:  # noqa: BLE001 - which one it is, is the question
            return named_failure(refused, error, Part.WAIT, None), str(error)
        pytest.fail(f"something answered on port {port}, where nothing listens")
