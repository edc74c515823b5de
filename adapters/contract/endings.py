"""Endings: a pool that is closed leaves nothing behind, and no client can hold it up."""

# ruff: noqa: D102 - the name of a test is the event

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial

from adapters.contract.clients import eventually, ping
from adapters.contract.expectation import expect_that
from adapters.contract.scenario import PATIENCE, Contract, Pool, scenario, with_server
from adapters.contract.watcher import Watcher


class Endings(Contract):
    """Tests of a pool that is closed."""

    @scenario(with_server)
    async def test_a_closed_pool_leaves_no_connection_behind(self, pool: Pool) -> None:
        closed = self.pool(pool.dsn)
        await closed.open()
        held = [await closed.acquire(), await closed.acquire()]
        with Watcher(pool.dsn) as watcher:
            number = watcher.backends(closed)
        expect_that("backends of a pool at work", "some", number, holds=number > 0)
        for connection in held:
            await closed.release(connection)
        await closed.close()
        await self._leaves_nothing(pool, closed)

    @scenario(with_server)
    async def test_a_pool_closes_while_a_connection_is_out(self, pool: Pool) -> None:
        closed = self.pool(pool.dsn)
        await closed.open()
        connection = await closed.acquire()
        await ping(connection)
        began = time.monotonic()
        await closed.close()
        seconds = time.monotonic() - began
        within = f"within {PATIENCE:g} s"
        expect_that("close(), a connection out", within, seconds, holds=seconds < PATIENCE)
        with suppress(Exception):  # a closed pool may refuse it
            await closed.release(connection)
        await self._leaves_nothing(pool, closed)

    async def _leaves_nothing(self, pool: Pool, closed: Pool) -> None:
        with Watcher(pool.dsn) as watcher:
            asks = partial(watcher.backends, closed)
            await eventually(pool, "backends of a closed pool", asks, expected=0)
