"""The line of `roundtrips.csv`: what one operation costs on the wire."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RoundTrips:
    """What an operation costs, from acquire to release: a line of `roundtrips.csv`.

    An exchange is a turn of the conversation: the client speaks, the server answers. An adapter
    that connects for every operation has that in its operations. `connect_...` is what it takes
    until the server is ready for a new connection; what a driver asks on its own after that, once
    a connection, is in neither.
    """

    adapter: str
    profile: str
    workload: str
    operations: int | None = None
    """How many were counted; None, like all that follows, where `reason` says why not."""
    exchanges_per_op: float | None = None
    ready_for_query_per_op: float | None = None
    bytes_sent_per_op: float | None = None
    """By the client."""
    bytes_received_per_op: float | None = None
    connect_exchanges: int | None = None
    connect_ready_for_query: int | None = None
    connect_bytes_sent: int | None = None
    connect_bytes_received: int | None = None
    reason: str = ""
    """Why it could not be counted, in words."""
