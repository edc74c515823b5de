"""First come, first served: no client overtakes another, and no permit is lost."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import cycle, islice
from typing import TYPE_CHECKING
from unittest.mock import Mock

import psycopg2
import pytest

import adapters
from adapters import PoolOptions, play, step
from adapters.fair_queue import AcquireTimeout, FairQueue
from adapters.psycopg2_pool import Psycopg2QueuedPool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adapters import PoolAdapter
    from adapters.psycopg2_pool import Psycopg2Connection

LONG = 30.0
"""Seconds that nothing here takes."""


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.0005)


def jain(counts: Sequence[int]) -> float:
    """1 where all have the same, 1/n where one has everything."""
    return sum(counts) ** 2 / (len(counts) * sum(count**2 for count in counts))


def test_permits_are_free_until_there_are_none() -> None:
    queue = FairQueue(2)
    queue.acquire(0)
    queue.acquire(0)
    with pytest.raises(AcquireTimeout, match="within 0 s"):
        queue.acquire(0)
    queue.release()
    queue.acquire(0)


def test_a_client_that_waits_in_vain_leaves_the_queue_when_the_time_is_up() -> None:
    queue = FairQueue(1)
    queue.acquire(0)
    began = time.monotonic()
    with pytest.raises(AcquireTimeout, match=r"within 0\.2 s"):
        queue.acquire(0.2)
    assert 0.19 < time.monotonic() - began < LONG / 2
    assert len(queue) == 0
    queue.release()
    queue.acquire(0)


def test_permits_are_handed_over_in_the_order_of_asking() -> None:
    queue, served = FairQueue(1), []
    queue.acquire(0)

    def asks(number: int) -> None:
        queue.acquire(LONG)
        served.append(number)
        queue.release()

    with ThreadPoolExecutor(20) as threads:
        for number in range(20):
            threads.submit(asks, number)
            until(lambda expected=number + 1: len(queue) == expected)  # type: ignore[misc]
        queue.release()
    assert served == list(range(20))


def test_no_client_overtakes_one_that_waits() -> None:
    """The thread that releases still runs, and asks again at once: the permit is not its own."""
    queue, served = FairQueue(1), threading.Event()
    queue.acquire(0)

    def asks() -> None:
        queue.acquire(LONG)
        served.set()

    waiter = threading.Thread(target=asks)
    waiter.start()
    until(lambda: len(queue) == 1)
    queue.release()
    with pytest.raises(AcquireTimeout):
        queue.acquire(0)
    waiter.join(LONG)
    assert served.is_set()


def test_a_permit_that_comes_while_the_time_runs_out_is_owned() -> None:
    queue = FairQueue(1)
    queue._lock = lock = threading.RLock()  # type: ignore[assignment] # so that we can hold it
    queue.acquire(0)
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(queue.acquire, 0.05)
        until(lambda: len(queue) == 1)
        with lock:
            time.sleep(0.2)  # the time runs out, but the waiter cannot leave the queue
            queue.release()
        asked.result(LONG)
    with pytest.raises(AcquireTimeout):
        queue.acquire(0)
    queue.release()
    queue.acquire(0)


@pytest.mark.no_cover
def test_a_quarter_of_a_million_acquisitions_and_timeouts_lose_no_permit() -> None:
    permits, clients, operations = 3, 8, 31_250
    queue = FairQueue(permits)
    held: list[int] = []
    most = [0] * clients

    def works(client: int) -> int:
        """Return the number of times that it was served."""
        chance = random.Random(client)
        timeouts = chance.choices((0, 1e-6, 1e-5), (96, 2, 2), k=1000)
        pauses = chance.choices((True, False), (1, 499), k=997)
        served = 0
        for timeout, pause in islice(zip(cycle(timeouts), cycle(pauses)), operations):
            with suppress(AcquireTimeout):
                queue.acquire(timeout)
                held.append(client)
                most[client] = max(most[client], len(held))
                if pause:
                    time.sleep(
                        1e-6
                    )  # other threads' turn, while we hold it: 0 may give it to nobody
                held.pop()
                queue.release()
                served += 1
        return served

    with ThreadPoolExecutor(clients) as threads:
        served = sum(threads.map(works, range(clients)))
    assert 1000 < served < 249_000
    assert max(most) == permits
    assert len(queue) == 0
    for _ in range(permits):
        queue.acquire(0)
    with pytest.raises(AcquireTimeout):
        queue.acquire(0)


class Refusing:
    """A pool of the library that can neither connect nor take back."""

    closed = False

    def getconn(self) -> None:
        raise psycopg2.OperationalError("connection refused")

    def putconn(self, connection: object) -> None:
        raise psycopg2.InterfaceError(f"cannot take back {connection}")


def test_a_permit_survives_a_connection_that_cannot_be_made_or_taken_back() -> None:
    pool = Psycopg2QueuedPool("postgresql://", PoolOptions(max_size=2, timeout=0))
    pool.pool = Refusing()
    for _ in range(3):
        with pytest.raises(psycopg2.OperationalError, match="refused"):
            step(pool.acquire())
    for _ in range(3):
        pool.queue.acquire(0)
        with pytest.raises(psycopg2.InterfaceError, match="take back"):
            step(pool.release(Mock()))


def test_fifty_clients_share_five_connections_fairly(dsn: str) -> None:
    async def scenario(pool: PoolAdapter[Psycopg2Connection]) -> list[int]:
        await pool.check()
        together = threading.Barrier(50)

        async def client(until: float = 1.0) -> int:
            together.wait()
            done, deadline = 0, time.monotonic() + until
            while time.monotonic() < deadline:
                async with pool.connection() as connection:
                    await connection.fetchrow("SELECT 1")
                done += 1
            return done

        with ThreadPoolExecutor(50) as threads:
            return list(threads.map(step, [client() for _ in range(50)]))

    counts = play(scenario, adapters.create("psycopg2-queued", dsn, PoolOptions()))
    assert min(counts) > 1
    assert jain(counts) >= 0.95
