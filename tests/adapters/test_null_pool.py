"""psycopg 3's pool without idle connections connects and hands on as docs/terms.md says it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import adapters
from adapters.contract.clients import eventually, pid_of
from adapters.playing import together

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from adapters import PoolAdapter
    from runner.server.embedded import EmbeddedServer

    Played = Callable[[Callable[[PoolAdapter[Any]], Coroutine[Any, Any, list[int]]]], list[int]]

KEY = "null"
SIZE = 2


@pytest.fixture
def play(server: EmbeddedServer) -> Iterator[Played]:
    """Play clients over a pool with a database of its own, until the server knows they are gone."""
    server.prepare([KEY])
    options = adapters.PoolOptions(min_size=SIZE, max_size=SIZE)

    def play(clients: Callable[[PoolAdapter[Any]], Coroutine[Any, Any, list[int]]]) -> list[int]:
        pids = adapters.play(
            clients, adapters.create("psycopg3-null", server.dsn(KEY, KEY), options)
        )
        assert server.disconnected(KEY, 10.0)
        return pids

    yield play
    server.discard([KEY])


def opened(server: EmbeddedServer) -> int | None:
    activity = server.activity(KEY)
    return activity.sessions if activity else None


async def pids(pool: PoolAdapter[Any], operations: int) -> list[int]:
    """Return the backends behind the operations of a client."""
    seen = []
    for _ in range(operations):
        async with pool.connection() as connection:
            seen.append(await pid_of(connection))
    return seen


def test_each_operation_connects_where_no_client_has_to_wait(
    play: Played, server: EmbeddedServer
) -> None:
    assert len(set(play(lambda pool: pids(pool, 5)))) == 5
    assert opened(server) == 5


def test_a_connection_that_comes_back_is_handed_to_the_client_that_waits(
    play: Played, server: EmbeddedServer
) -> None:
    async def hands_on(pool: PoolAdapter[Any]) -> list[int]:
        held = [await pool.acquire() for _ in range(SIZE)]

        def waiting() -> int | None:
            return pool.stats().waiting

        async def gives_back() -> list[int]:
            await eventually(pool, "clients that wait", waiting, expected=1)
            given = await pid_of(held[0])
            await pool.release(held[0])
            return [given]

        (given,), (got,) = await together(pool, gives_back(), pids(pool, 1))
        await pool.release(held[1])
        return [given, got]

    given, got = play(hands_on)
    assert given == got
    assert opened(server) == SIZE


def test_the_server_counts_the_connections_that_many_clients_saw(
    play: Played, server: EmbeddedServer
) -> None:
    async def crowd(pool: PoolAdapter[Any]) -> list[int]:
        clients = await together(pool, *(pids(pool, 25) for _ in range(4 * SIZE)))
        return [pid for client in clients for pid in client]

    seen = play(crowd)
    assert len(seen) == 25 * 4 * SIZE
    assert opened(server) == len(set(seen))
