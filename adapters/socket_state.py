"""The state of a connection's socket, which a driver may not have noticed yet."""

from __future__ import annotations

import select


def hung_up(socket: int) -> bool:
    """Tell whether the other side of a socket has gone, whatever the driver knows of it."""
    if socket < 0 or not hasattr(select, "poll"):
        return socket < 0
    poll = select.poll()
    poll.register(socket, 0)  # what has gone is told without being asked for
    return bool(poll.poll(0))
