"""Exhaustion: every connection is out; and the number that there ever are."""

# ruff: noqa: D102 - the name of a test is the event

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from adapters.base import Failure, Part, WhenExhausted
from adapters.contract.clients import eventually, failure_of, operation, pid_of
from adapters.contract.expectation import expect, expect_that
from adapters.contract.scenario import PATIENCE, Contract, Pool, most, scenario, when
from adapters.contract.watcher import Watcher
from adapters.playing import together

if TYPE_CHECKING:
    from adapters.base import Connection

SAMPLES = 25
"""The number of times that a pool's connections are counted while its clients hold them."""


class Exhaustion(Contract):
    """Tests of a pool whose connections are all out."""

    @scenario(lambda traits: traits.server and traits.pools, size=3)
    async def test_no_two_clients_hold_the_same_connection(self, pool: Pool) -> None:
        held = [await pool.acquire() for _ in range(3)]
        pids = {await pid_of(connection) for connection in held}
        expect("backends behind three connections that are out", len(pids), 3)
        for connection in held:
            await pool.release(connection)

    @scenario(when(WhenExhausted.RAISES))
    async def test_an_exhausted_pool_raises_at_once(self, pool: Pool) -> None:
        held = await _all_of(pool)
        began = time.monotonic()
        failure = await failure_of(pool, pool.acquire(), Part.WAIT)
        self._took(began, at_least=0)
        expect("acquire, all connections out", failure, Failure.POOL_EXHAUSTED)
        for connection in held:
            await pool.release(connection)
        await pool.check()

    @scenario(when(WhenExhausted.WAITS), size=1, timeout=0.3)
    async def test_a_client_that_waits_in_vain_is_told_in_time(self, pool: Pool) -> None:
        held = await _all_of(pool)
        began = time.monotonic()
        failure = await failure_of(pool, pool.acquire(), Part.WAIT)
        self._took(began, at_least=0.25)
        expect("acquire, all connections out", failure, Failure.POOL_TIMEOUT)
        for connection in held:
            await pool.release(connection)
        await pool.check()

    def _took(self, began: float, at_least: float) -> None:
        seconds = time.monotonic() - began
        expect_that(
            "acquire, all connections out, fails",
            f"after {at_least:g} to {PATIENCE / 2:g} s",
            seconds,
            holds=at_least <= seconds < PATIENCE / 2,
        )

    @scenario(when(WhenExhausted.WAITS), size=1)
    async def test_a_waiting_client_is_served_when_a_connection_is_back(self, pool: Pool) -> None:
        held = await _all_of(pool)
        events = []

        async def waits() -> None:
            async with pool.connection():
                events.append("served")

        def waiting() -> int:
            counted = pool.stats().waiting
            return 1 if counted is None else counted

        async def gives_back() -> None:
            try:
                await pool.sleep(0.2)
                await eventually(pool, "clients that wait", waiting, expected=1)
                events.append("given back")
            finally:
                await pool.release(held.pop())

        await together(pool, waits(), gives_back())
        expect("one client gives back, the other waits", events, ["given back", "served"])
        expect("clients that wait afterwards", pool.stats().waiting or 0, 0)
        for connection in held:
            await pool.release(connection)

    @scenario(when(WhenExhausted.NEVER), size=1)
    async def test_what_cannot_run_dry_serves_more_than_its_size(self, pool: Pool) -> None:
        held = [await pool.acquire() for _ in range(3)]
        for connection in held:
            row = await connection.fetchrow("SELECT 1")
            expect("SELECT 1", row[0], 1)
        for connection in held:
            await pool.release(connection)

    @scenario(lambda traits: traits.server and traits.bounded, size=3)
    async def test_many_clients_do_not_open_more_connections_than_the_size(
        self, pool: Pool
    ) -> None:
        clients = most(pool) + 6
        seen: list[int] = []
        finished: list[int] = []

        async def holds(connection: Connection) -> None:
            await _sleep(connection)
            while len(seen) < SAMPLES:
                await _sleep(connection)

        async def works(client: int) -> None:
            try:
                while await operation(pool, holds):
                    await pool.sleep(0.01)
            finally:
                finished.append(client)

        async def watches(watcher: Watcher) -> None:
            try:
                while len(finished) < clients:
                    seen.append(watcher.backends(pool))
                    await pool.sleep(0.02)
            finally:
                seen.extend([0] * SAMPLES)  # so that whatever happens, the clients end

        with Watcher(pool.dsn) as watcher:
            await together(pool, watches(watcher), *map(works, range(clients)))
        # A backend that is just going is still listed: only what is seen three times counts.
        at_once = max(map(min, zip(seen, seen[1:], seen[2:], strict=False)))
        event = f"connections of a pool of size 3 with {clients} clients"
        expect_that(event, f"1 to {most(pool)}", at_once, holds=1 <= at_once <= most(pool))

    @scenario(lambda traits: traits.pools, size=3)
    async def test_what_a_pool_says_of_itself_is_consistent(self, pool: Pool) -> None:
        held = [await pool.acquire(), await pool.acquire()]
        stats = pool.stats()
        size, idle = stats.size, stats.idle
        event = "stats(), two of three connections out"
        expect_that(event, "size 2 or 3, if any", size, holds=size in (2, 3, None))
        consistent = None in (size, idle) or (idle or 0) + 2 <= (size or 0)
        expect_that(event, f"idle at most {size} - 2, if any", idle, holds=consistent)
        expect(f"{event}: clients that wait", stats.waiting or 0, 0)
        for connection in held:
            await pool.release(connection)

        def not_idle() -> int:
            stats = pool.stats()
            return 0 if stats.idle is None else (stats.size or 0) - stats.idle

        await eventually(pool, "stats(), connections out after release", not_idle, expected=0)


async def _all_of(pool: Pool) -> list[Connection]:
    """Acquire every connection that there is."""
    return [await pool.acquire() for _ in range(most(pool))]


async def _sleep(connection: Connection) -> None:
    await connection.fetchrow("SELECT 1 FROM pg_sleep(0.02)")
