"""psycopg2's ThreadedConnectionPool behind PoolBench's fair queue, for a program of your own.

The queue is one file that needs nothing else: copy `adapters/fair_queue.py` beside your program, or
let it be imported from an installed PoolBench, as here.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from psycopg2.pool import ThreadedConnectionPool

from adapters.fair_queue import FairQueue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class


class QueuedPool:
    """As many clients as you like on `size` connections: those who come too late wait."""

    def __init__(self, size: int, dsn: str, **arguments: Any) -> None:
        # Both sizes alike: what comes back above the first one is closed, and connected anew later.
        self._pool = ThreadedConnectionPool(size, size, dsn, **arguments)
        self._queue = FairQueue(size)

    @contextmanager
    def connection(self, timeout: float = 5.0) -> Iterator[Connection]:
        """Wait for a connection; commit at the end of the block, roll back after an error.

        Raises AcquireTimeout where none comes free in time.
        """
        self._queue.acquire(timeout)
        try:
            connection = self._pool.getconn()
            try:
                with connection:
                    yield connection
            finally:
                self._pool.putconn(connection)
        finally:
            self._queue.release()

    def close(self) -> None:
        """Close every connection."""
        self._pool.closeall()


def main() -> None:
    """Let 20 threads ask 10 times each on 5 connections of the server in POOLBENCH_DSN."""
    pool = QueuedPool(5, os.environ["POOLBENCH_DSN"])

    def client(_: int) -> set[int]:
        seen = set()
        for _ in range(10):
            with pool.connection() as connection, connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                seen.add(cursor.fetchone()[0])
        return seen

    with ThreadPoolExecutor(20) as threads:
        sessions = set().union(*threads.map(client, range(20)))
    pool.close()
    print(f"200 operations of 20 threads on {len(sessions)} connections")


if __name__ == "__main__":
    main()
