"""One direction of a connection: what was read of one socket, and when it is due at the other."""

from __future__ import annotations

import random
import socket
from collections import deque
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.server.network.state import NetworkState

CHUNK = 1 << 16
MOST_UNDER_WAY = 1 << 22
"""Bytes that are read ahead; further ones wait in the sockets, as they do before a slow network."""


class Direction:
    """Carries what one socket says to another, each byte when it is due. Never blocks."""

    def __init__(self, source: socket.socket, sink: socket.socket) -> None:
        """Take two sockets that do not block."""
        self.source, self.sink = source, sink
        self.under_way: deque[tuple[float, memoryview]] = deque()
        self.carried = 0
        """Bytes that have arrived."""
        self.is_full = False
        """The sink takes no more for now."""
        self._bytes = 0
        self._last_due = 0.0
        self._said_all = False
        self.is_over = False
        """All that there was has arrived, and so has the end."""

    @property
    def reads(self) -> bool:
        """It takes more of its source."""
        return not self._said_all and self._bytes < MOST_UNDER_WAY

    @property
    def due(self) -> float | None:
        """The moment at which there is something to do, of `perf_counter`; None for none."""
        if self.is_full or self.is_over or not self.under_way:
            return None
        return self.under_way[0][0]

    def take(self, state: NetworkState) -> None:
        """Read what the source has said, and plan when it arrives. Raises OSError."""
        try:
            data = self.source.recv(CHUNK)
        except BlockingIOError:
            return
        self._said_all = not data
        self.under_way.append((self._arrival(len(data), state), memoryview(data)))
        self._bytes += len(data)

    def _arrival(self, size: int, state: NetworkState) -> float:
        """Plan the arrival of bytes that were sent now: nothing overtakes what was sent before."""
        now = perf_counter()
        varied = random.uniform(-state.jitter, state.jitter) if state.jitter else 0.0
        begins = max(now + max(0.0, state.delay + varied), self._last_due)
        self._last_due = begins + (size / state.bandwidth if state.bandwidth else 0.0)
        return self._last_due

    def deliver(self) -> None:
        """Send on what is due. Raises OSError."""
        self.is_full = False
        now = perf_counter()
        while self.under_way and self.under_way[0][0] <= now:
            due, data = self.under_way.popleft()
            if not data:
                self._end()
                return
            try:
                sent = self.sink.send(data)
            except BlockingIOError:
                sent = 0
            self._bytes -= sent
            self.carried += sent
            if sent < len(data):
                self.under_way.appendleft((due, data[sent:]))
                self.is_full = True
                return

    def _end(self) -> None:
        self.is_over = True
        with suppress(OSError):  # the peer has gone altogether
            self.sink.shutdown(socket.SHUT_WR)
