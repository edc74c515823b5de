"""Load: many clients at once, and backends that are killed under them."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

from adapters.base import Failure
from adapters.contract.clients import operation, recovers
from adapters.contract.expectation import expect, expect_that
from adapters.contract.scenario import DAY, PATIENCE, Contract, Pool, scenario, with_server
from adapters.contract.watcher import Watcher
from adapters.pedido import Pedido, PedidoDAO
from adapters.playing import together

if TYPE_CHECKING:
    from adapters.base import Connection
    from adapters.contract.clients import Work

ROUNDS = 25
"""The number of times that every backend of a pool is killed."""

UNHARMED = 0.02
"""The seconds that clients work between two kills."""


class Load(Contract):
    """Tests of a pool that many clients use at once."""

    @scenario(with_server, size=5)
    async def test_many_clients_at_once_store_what_they_were_told(self, pool: Pool) -> None:
        """All that fails must have a name, also where the library makes no such promise."""
        pedido = Pedido(f"contract-{uuid.uuid4()}", "one of many", DAY)

        async def insert(connection: Connection) -> None:
            await PedidoDAO(connection).insertar(pedido)

        async def inserts() -> int:
            successes, deadline = 0, time.monotonic() + PATIENCE
            while successes < 5 and time.monotonic() < deadline:
                if await operation(pool, insert):
                    await pool.sleep(0.01)
                else:
                    successes += 1
            return successes

        successes = await together(pool, *[inserts() for _ in range(20)])
        with Watcher(pool.dsn) as watcher:
            rows = watcher.delete_all(pedido.cliente)
        if pool.traits.thread_safe:
            expect("successful inserts of 20 clients, 5 each", sum(successes), 100)
            expect("rows of 100 successful inserts", rows, 100)

    @scenario(with_server, size=4)
    async def test_backends_killed_under_load_are_lost_and_replaced(self, pool: Pool) -> None:
        """Every failure has a name, wherever a client was: between two messages of a query too."""
        failures: set[Failure] = set()
        over: list[bool] = []

        async def works(work: Work) -> None:
            while not over:
                if failure := await operation(pool, work):
                    failures.add(failure)
                    await pool.sleep(0.005)

        async def kills(watcher: Watcher) -> None:
            try:
                killed = 0
                for _ in range(ROUNDS):
                    await pool.sleep(UNHARMED)
                    killed += watcher.kill_all(pool)
                expect_that("backends of a pool at work", "some", killed, holds=killed > 0)
            finally:
                over.append(True)

        with Watcher(pool.dsn) as watcher:
            reading = [_reads, _reads_in_a_transaction if pool.traits.transactions else _reads]
            await together(pool, kills(watcher), *map(works, reading * 3))
        if pool.traits.thread_safe:  # else a race may have cost it its books
            named = failures - {Failure.QUERY_FAILED}
            expect("failures of clients whose backends are killed", failures, named)
            expect_that(
                "failures of clients whose backends are killed",
                "connection_lost among them",
                failures,
                holds=Failure.CONNECTION_LOST in failures,
            )
            await recovers(pool)


async def _reads(connection: Connection) -> None:
    """Ask for rows that do not fit into one packet."""
    await connection.fetch("SELECT n, repeat('x', 500) FROM generate_series(1, $1::int) AS n", 500)


async def _reads_in_a_transaction(connection: Connection) -> None:
    async with connection.transaction():
        await _reads(connection)
