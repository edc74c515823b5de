"""The outcome of a cell in a round, before it is put into numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.results.row import Status

if TYPE_CHECKING:
    from runner.messages import Message
    from runner.worker.protocol import TurnRecord


@dataclass(frozen=True)
class Written:
    """The writes of a cell by its clients' account, over the whole life of its process."""

    inserted: int = 0
    deleted: int = 0
    uncertain: int = 0
    """Writes whose answer never came."""
    ids: int = 0
    """The sum of the ids of the rows inserted, less those of the rows deleted."""


@dataclass(frozen=True)
class Seen:
    """The observations of a cell from outside; None is not known, as on a server of the user's."""

    first_connection_ms: float | None = None
    pool_full_ms: float | None = None
    connections_max: int | None = None
    connections_parked: int | None = None
    """Connections while no client uses the pool: the fewest of several counts after a turn, the
    most of all the turns after which they were counted."""
    sessions_opened: int | None = None
    commits: int | None = None
    rows_found: int | None = None
    ids_found: int | None = None
    """The sum of the ids of the rows that were found."""
    rss: int | None = None
    """The resident memory in bytes."""
    round_trip: float | None = None
    """Seconds that the shortest exchange with this server takes, without any work."""


@dataclass(frozen=True)
class Outcome:
    """A cell in a round: its own answers, and the observations from outside."""

    status: Status = Status.OK
    reason: Message | None = None
    flags: tuple[str, ...] = ()
    measured: TurnRecord | None = None
    """All turns that count, together."""
    short: TurnRecord | None = None
    """The turns that the rate comes from, together, where there is an uncut one beside them."""
    uncut: TurnRecord | None = None
    """The uncut turn; None where the turns are long enough to see the tails of the times."""
    turns: int = 0
    """The number of turns that count."""
    rates: tuple[float, ...] = ()
    """Operations per second of each turn that the rate comes from."""
    finished: int = 0
    """Operations of those turns, lead-ins included."""
    server_cpu: float | None = None
    """Seconds of CPU of the whole server during those turns."""
    succeeded: int = 0
    """The operations of the turns that succeeded."""
    written: Written = field(default_factory=Written)
    seen: Seen = field(default_factory=Seen)
