"""A client's connection, and the one to the server that belongs to it."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from selectors import EVENT_READ, EVENT_WRITE

from runner.server.network.direction import Direction

RESETTING = struct.pack("ii", 1, 0)
"""Of SO_LINGER: closing drops what is unsent and tells the peer so, by a reset."""


@dataclass(eq=False)
class End:
    """One of the two sockets of a connection."""

    socket: socket.socket
    out: Direction
    """The direction that begins here."""
    into: Direction
    """The direction that ends here."""
    watched: int = 0
    """The events that it is watched for."""

    @property
    def wanted(self) -> int:
        """The events that it should be watched for."""
        return (EVENT_READ if self.out.reads else 0) | (EVENT_WRITE if self.into.is_full else 0)


class Connection:
    """Both ends of a client's way to the server."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        """Take two sockets, the second of which is still connecting."""
        for each in (client, server):
            each.settimeout(0)
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        forth, back = Direction(client, server), Direction(server, client)
        forth.is_full = True  # until the socket can be written to, which is when it is connected
        self.directions = (forth, back)
        self.ends = (End(client, forth, back), End(server, back, forth))

    @property
    def due(self) -> float | None:
        """The moment at which something has to be delivered; None for none."""
        moments = [it.due for it in self.directions if it.due is not None]
        return min(moments, default=None)

    @property
    def is_over(self) -> bool:
        """Both sides have said all they had to say."""
        return all(direction.is_over for direction in self.directions)

    def deliver(self, now: float) -> None:
        """Send on what is due. Raises OSError."""
        for direction in self.directions:
            if direction.due is not None and direction.due <= now:
                direction.deliver()

    def close(self, *, reset: bool = False) -> None:
        """Close both ends; a reset tells their peers that what they sent may be lost."""
        for end in self.ends:
            if reset:
                with suppress(OSError):
                    end.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESETTING)
            end.socket.close()
