"""The line of `roundtrips.csv`: the cost of one operation on the wire."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, get_type_hints

from runner.messages import Message, columns, from_columns
from runner.results import csv_file

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    reason: Message | None = None
    """The reason why it could not be counted; else None."""

    def columns(self) -> dict[str, object]:
        """Return the line by column; the reason as id and facts."""
        numbers = {it.name: getattr(self, it.name) for it in fields(self) if it.name != "reason"}
        return {**numbers, **columns(self.reason)}


def round_trips_of(line: Mapping[str, str]) -> RoundTrips:
    """Read a line, one of older versions too. Raises KeyError, ValueError."""
    types = get_type_hints(RoundTrips, {**globals(), "Message": Message})
    names = [name for name in types if name != "reason" and name in line]
    return RoundTrips(
        **{name: csv_file.value(line, name, types[name]) for name in names},
        reason=from_columns(line.get("reason") or "", line.get("reason_facts") or ""),
    )
