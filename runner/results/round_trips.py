"""The line of `roundtrips.csv`: the cost of one operation on the wire."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RoundTrips:
    """The cost of an operation, from acquire to release: a line of `roundtrips.csv`.

    An exchange is a turn of the conversation: the client speaks, the server answers. An adapter
    that connects for every operation has that in its operations. `connect_...` is what it takes
    until the server is ready for a new connection; what a driver asks on its own after that, once
    a connection, is in neither.
    """

    adapter: str
    profile: str
    workload: str
    operations: int | None = None
    """The number that was counted; None, like all that follows, where `reason` says why not."""
    exchanges_per_op: float | None = None
    ready_for_query_per_op: float | None = None
    bytes_sent_per_op: float | None = None
    """The bytes that the client sent."""
    bytes_received_per_op: float | None = None
    connect_exchanges: int | None = None
    connect_ready_for_query: int | None = None
    connect_bytes_sent: int | None = None
    connect_bytes_received: int | None = None
    reason: str = ""
    """The reason in words why it could not be counted; else empty."""
