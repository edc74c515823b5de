"""A fair queue: the permits of a pool that cannot queue its clients by itself.

This file needs nothing else of PoolBench: `docs/examples/queued_psycopg2.py` shows how to use it
in a program of one's own.
"""

from __future__ import annotations

import threading
from collections import deque


class AcquireTimeout(Exception):  # noqa: N818 - named as the event it is
    """No permit came free in time."""


class FairQueue:
    """First come, first served: a permit is handed to the client that has waited longest.

    A permit that comes free goes straight to the first waiter, so that no other client overtakes,
    and a waiter whose time runs out in the moment of the hand-over owns the permit all the same.
    """

    def __init__(self, permits: int) -> None:
        self._free = permits
        self._waiting: deque[threading.Lock] = deque()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Count the clients that wait."""
        return len(self._waiting)

    def acquire(self, timeout: float) -> None:
        """Take a permit within `timeout` seconds or raise AcquireTimeout."""
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=timeout):
            return
        with self._lock:
            if turn not in self._waiting:
                return  # handed over while the time ran out
            self._waiting.remove(turn)
        raise AcquireTimeout(f"no connection came free within {timeout:g} s")

    def release(self) -> None:
        """Hand the permit to the first in the queue."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
