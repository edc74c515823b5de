"""Everything that a network carries, in one thread: two would fight for an interpreter."""

from __future__ import annotations

import select
import selectors
import socket
from contextlib import suppress
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from runner.server.network.connection import Connection
from runner.server.network.state import NetworkState, Traffic

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.server.network.connection import End

LOOPBACK = "127.0.0.1"
BACKLOG = 512


CONNECT_SECONDS = 2.0
"""Limit for each address of a server with several."""


def reached(host: str, port: int) -> tuple[socket.AddressFamily, tuple[Any, ...]]:
    """Look up the address of a server, once; of several the first where it listens. Raises OSError.

    A server that is not there yet has an address too.
    """
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for family, _, _, _, address in addresses[:-1]:
        with suppress(OSError), socket.socket(family) as tried:
            tried.settimeout(CONNECT_SECONDS)
            tried.connect(address)
            return family, address
    family, _, _, _, address = addresses[-1]
    return family, address


class Carrier:
    """Listens on the loopback, and carries what is said between each client and the server."""

    def __init__(self, host: str, port: int) -> None:
        """Listen for those who want to reach a server. Raises OSError."""
        self._family, self._server = reached(host, port)
        self._selector = selectors.DefaultSelector()
        self._state = NetworkState()
        self._connections: set[Connection] = set()
        self._under_way: set[Connection] = set()
        """Those that have something to deliver, now or later."""
        self._accepted: list[socket.socket] = []
        """Clients that lead nowhere yet, because it is silent."""
        self._carried = 0
        """Bytes of connections that are over."""
        self.port = 0
        self._listener = self._listen()

    def _listen(self) -> socket.socket:
        listener = socket.create_server((LOOPBACK, self.port), backlog=BACKLOG)
        listener.settimeout(0)
        self.port = listener.getsockname()[1]
        self.heed(listener.fileno(), self._accept)
        return listener

    def heed(self, descriptor: int, ready: Callable[[], None]) -> None:
        """Call a function whenever there is something to read."""
        self._selector.register(descriptor, selectors.EVENT_READ, ready)

    def change(self, state: NetworkState) -> None:
        """Change what happens to all that is under way and to all that comes. Raises OSError."""
        before, self._state = self._state.traffic, state
        if before is Traffic.REFUSED and state.traffic is not before:
            self._listener = self._listen()
        if state.traffic is Traffic.REFUSED and state.traffic is not before:
            self._selector.unregister(self._listener.fileno())
            self._listener.close()
        if state.traffic is Traffic.RESET:
            for connection in list(self._connections):
                self._close(connection, reset=True)
        if state.traffic is not Traffic.SILENT:
            while self._accepted:
                self._lead(self._accepted.pop(0))
        for connection in self._connections:
            self._watch(connection)

    def count(self) -> dict[str, float]:
        """Count the bytes that it has carried, the seconds of CPU that took, its connections."""
        directions = [it for connection in self._connections for it in connection.directions]
        return {
            "bytes": self._carried + sum(direction.carried for direction in directions),
            "cpu": process_time(),
            "connections": len(self._connections) + len(self._accepted),
        }

    def run(self) -> None:
        """Carry, for ever."""
        while True:
            # epoll counts in milliseconds; select(2) counts finer, and can watch the selector.
            select.select([self._selector], [], [], self._seconds_left())
            for key, _ in self._selector.select(0):
                key.data()
            self._deliver()

    def _seconds_left(self) -> float | None:
        """Return the time until something has to be delivered; None where nothing has to be."""
        if self._state.traffic is Traffic.SILENT:
            return None
        moments = [due for each in self._under_way if (due := each.due) is not None]
        return max(0.0, min(moments) - perf_counter()) if moments else None

    def _accept(self) -> None:
        with suppress(OSError):  # it has gone again
            client, _ = self._listener.accept()
            if self._state.traffic is Traffic.SILENT:
                self._accepted.append(client)
            else:
                self._lead(client)

    def _lead(self, client: socket.socket) -> None:
        """Connect to the server for a client that was accepted."""
        server = socket.socket(self._family)
        connection = Connection(client, server)
        self._connections.add(connection)
        try:
            if self._state.traffic is Traffic.RESET:
                raise ConnectionResetError
            with suppress(BlockingIOError):
                server.connect(self._server)
            self._watch(connection)
        except OSError:
            self._close(connection, reset=True)

    def _watch(self, connection: Connection) -> None:
        """Watch what the two ends of a connection can do next, and note what is under way."""
        silent = self._state.traffic is Traffic.SILENT
        for end in connection.ends:
            wanted = 0 if silent else end.wanted
            if wanted != end.watched:
                self._watch_for(wanted, end, connection)
        if any(direction.under_way for direction in connection.directions):
            self._under_way.add(connection)
        else:
            self._under_way.discard(connection)

    def _watch_for(self, events: int, end: End, connection: Connection) -> None:
        if not events:
            self._selector.unregister(end.socket)
        elif end.watched:
            self._selector.modify(end.socket, events, lambda: self._ready(connection, end))
        else:
            self._selector.register(end.socket, events, lambda: self._ready(connection, end))
        end.watched = events

    def _ready(self, connection: Connection, end: End) -> None:
        """Read what an end has said, and let it have what it could not take before."""
        if connection not in self._connections:
            return  # it was closed in the same step
        try:
            if end.out.reads:
                end.out.take(self._state)
                end.out.deliver()
            if end.into.is_full:
                end.into.deliver()
        except OSError:
            self._close(connection, reset=True)
        else:
            self._go_on(connection)

    def _deliver(self) -> None:
        """Send on what is due on any connection."""
        if self._state.traffic is Traffic.SILENT:
            return
        now = perf_counter()
        for connection in list(self._under_way):
            try:
                connection.deliver(now)
            except OSError:
                self._close(connection, reset=True)
            else:
                self._go_on(connection)

    def _go_on(self, connection: Connection) -> None:
        if connection.is_over:
            self._close(connection)
        else:
            self._watch(connection)

    def _close(self, connection: Connection, *, reset: bool = False) -> None:
        self._connections.discard(connection)
        self._under_way.discard(connection)
        self._carried += sum(direction.carried for direction in connection.directions)
        for end in connection.ends:
            if end.watched:
                self._watch_for(0, end, connection)
        connection.close(reset=reset)
