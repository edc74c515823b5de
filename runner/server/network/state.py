"""The state of a network: what happens to all that is sent over it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Traffic(StrEnum):
    """The fate of connections and of what is sent over them."""

    PASSES = "passes"
    SILENT = "silent"
    """Connections are accepted and nothing arrives, as where a peer has died without a word. What
    was sent arrives once the traffic passes again."""
    RESET = "reset"
    """Every connection is reset, and each new one at once."""
    REFUSED = "refused"
    """Connections that there are go on; a new one is refused."""


@dataclass(frozen=True)
class NetworkState:
    """All that a network does to what is sent over it, the same in both directions."""

    delay: float = 0.0
    """Seconds that a byte is under way in one direction: half of what a round trip takes."""
    jitter: float = 0.0
    """Seconds by which that varies, up and down, evenly; nothing overtakes what was sent before."""
    bandwidth: float | None = None
    """Bytes a second of each connection and direction; None is as many as there are."""
    connecting: float = 0.0
    """Seconds that a new connection takes until it leads to the server."""
    traffic: Traffic = Traffic.PASSES
