"""The outcome of a cell in a round, before it is put into numbers."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from runner.messages import message
from runner.results.row import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.messages import Message
    from runner.results.taken_turn import Disturbed
    from runner.worker.protocol import TurnRecord


CUT_SHORT = "cut_short"
"""The flag of a row that has fewer turns than it should: it is measured again by `--resume`. The
last of them may have written what nobody counted."""


@dataclass(frozen=True)
class Change:
    """A setting, or a part of a database, that is not what it was; None where there is none."""

    what: str
    before: str | None
    after: str | None

    @property
    def told(self) -> Message:
        """What it was, and what it is now."""
        return message("law.change", what=self.what, before=self.before, after=self.after)


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """List what differs between two readings."""
    every = {**before, **after}
    return tuple(
        Change(what, before.get(what), after.get(what))
        for what in every
        if before.get(what) != after.get(what)
    )


@dataclass(frozen=True)
class Written:
    """The writes of a cell by its clients' account, over the whole life of its process."""

    inserted: int = 0
    deleted: int = 0
    uncertain: int = 0
    """Writes whose answer never came."""
    ids: int = 0
    """The sum of the ids of the rows inserted, less those of the rows deleted."""
    begun: int = 0
    """Inserts and deletes that were sent, whatever came of them."""
    updates: int = 0
    """Updates that were sent, whatever came of them."""

    @classmethod
    def by(cls, turns: Sequence[TurnRecord]) -> Written:
        """Add up the writes of all turns of a process."""
        names = [column.name for column in fields(cls)]
        return cls(**{name: sum(getattr(turn, name) for turn in turns) for name in names})


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
    ids_drawn: int | None = None
    """Ids that the table's sequence has given since it was seeded."""
    rows_beyond: int | None = None
    """Rows that are neither the clients' nor seeded."""
    rows_seeded: int | None = None
    """Rows that were seeded and are still there."""
    writes: int | None = None
    """Rows that the server inserted, updated and deleted, those rolled back included."""
    lookups: int | None = None
    """Scans of the table that the server made, by its index or in sequence."""
    database_changes: tuple[Change, ...] = ()
    """Parts of the database that are not what they were when it was given to the cell."""
    transport: str | None = None
    """What was between a session of the pool and the server, as the server saw it."""
    settings: Mapping[str, str] | None = None
    """The settings of a session of the new pool that are not the server's own."""
    settings_changes: tuple[Change, ...] = ()
    """Settings of a session that were not what they had been, after the last turn."""
    pooler_maxwait: float | None = None
    """Seconds, the longest that a client was seen to wait in its pooler."""
    pooler_sessions: int | None = None
    """Sessions that its pooler opened on the server."""
    answers: int = 0
    """Answers that were held against their rows."""
    answers_wrong: int = 0
    """Answers that are not what their rows hold."""
    companions: tuple[str, ...] = ()
    """Other processes that the cell's process had after the last turn."""
    rss: int | None = None
    """The resident memory in bytes."""
    round_trip: float | None = None
    """Seconds that the shortest exchange with this server takes, without any work, on the way that
    the cell's clients take."""
    network_round_trip: float | None = None
    """Seconds that such an exchange takes, the median, through the cell's network."""


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
    disturbed: Disturbed | None = None
    """The fault that the cell had."""
    arrivals_per_s: float | None = None
    """The rate of the schedule of an open loop."""
    rates: tuple[float, ...] = ()
    """Operations per second of each turn that the rate comes from."""
    finished: int = 0
    """Operations of all turns, of those that do not count too."""
    server_cpu: float | None = None
    """Seconds of CPU of the whole server during the turns that the rate comes from."""
    server_operations: int = 0
    """Operations of those turns, lead-ins included."""
    cores: int = 1
    """The cores of the run."""
    server_cores: int | None = None
    """Those of them that the server has to itself; None where it shares all."""
    server_share: float | None = None
    """That CPU as a share of the cores that the server has to itself; None where it has none."""
    pooler_cpu: float | None = None
    """Seconds of CPU of the cell's pooler in those turns; None without one."""
    pooler_share: float | None = None
    """That CPU as a share of a core, which is all that a pooler can use; None likewise."""
    network_cpu: float | None = None
    """Seconds of CPU of the cell's network in those turns; None without one."""
    network_share: float | None = None
    """That CPU as a share of a core, which is all that it can use; None likewise."""
    succeeded: int = 0
    """The operations of the turns that succeeded."""
    written: Written = field(default_factory=Written)
    seen: Seen = field(default_factory=Seen)
