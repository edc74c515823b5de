"""One cell in one round: every column of `cells.csv`, with its unit in its name."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from runner import messages
from runner.axes import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.axes import Conditions
    from runner.messages import Message
    from runner.plan.plan import Cell
    from runner.roles import Role

LATE_PICK_UP = "late_pick_up"
"""The flag of a row whose arrivals were picked up so late that it shows in their times."""

RELAY_BOUND = "relay_bound"
"""The flag of a row whose network of ours was the limit: neither the pool nor the server was."""

MICROSECONDS = 1_000_000
"""In a second."""


class Status(StrEnum):
    """The ending of a cell in a round."""

    OK = "ok"
    SUSPECT = "suspect"
    """The cell was measured, but something in its row cannot be true."""
    HUNG = "hung"
    """Clients, or the whole process, did not come back within the deadline."""
    CRASHED = "crashed"
    """The process ended by itself, was killed from outside, or wrote what is no answer."""
    FAILED = "failed"
    """The cell could not be measured: a bug, or a pool that does not open."""


@dataclass(frozen=True)
class Row:
    """One cell in one round. None is an empty field: not measured, or too few samples to say.

    `operations` = `ok` + the five kinds of failure, all of those that ended in the window; in an
    open loop all of those that were intended for it.
    Wait, use, release and total are over successful operations. Where the round has an uncut turn,
    percentiles, maxima, fairness and waiting clients are of that one, rates, means and CPU of the
    short ones, and counts of both.
    """

    cell: Cell
    session: int
    """The start of the runner that measured it: 1, and one more for each `--resume`."""
    round: int
    position: int
    """The number of the cell in the round, from 1."""
    driver: str
    driver_version: str
    pooled: bool
    """The contender has a pool, whose size means something."""
    status: Status
    flags: str = ""
    """Cautions for the reader of the numbers, separated by spaces."""
    reason: Message | None = None
    """The reason why the status is not `ok`; kept in two columns, `reason` and `reason_facts`."""
    turns: int | None = None
    """The number of turns that were counted."""
    seconds: float | None = None
    """Length of the counted windows, all turns together."""
    operations: int | None = None
    ok: int | None = None
    pool_exhausted: int | None = None
    pool_timeout: int | None = None
    connection_lost: int | None = None
    connection_refused: int | None = None
    query_failed: int | None = None
    release_failed: int | None = None
    leaked: int | None = None
    stuck_clients: int | None = None
    """Clients that never came back."""
    waiting_clients: int | None = None
    """Clients that were waiting for a connection when the window closed."""
    starved_clients: int | None = None
    """Clients without a single success where an equal share would have been ten operations or
    more; in a cell that leaks, all clients without a single success."""
    failed_share: float | None = None
    ops_per_s: float | None = None
    """Successful operations, each with the fraction of its time that lies in the window."""
    wait_ms_p50: float | None = None
    wait_ms_p99: float | None = None
    wait_ms_max: float | None = None
    """The longest wait, those in vain and of clients still waiting when the window closed too."""
    use_ms_p50: float | None = None
    use_ms_p99: float | None = None
    release_ms_p50: float | None = None
    release_ms_p99: float | None = None
    wait_ms_mean: float | None = None
    use_ms_mean: float | None = None
    release_ms_mean: float | None = None
    total_ms_mean: float | None = None
    total_ms_p50: float | None = None
    total_ms_p99: float | None = None
    total_ms_p999: float | None = None
    total_ms_max: float | None = None
    failed_ms_p50: float | None = None
    failed_ms_max: float | None = None
    response_ms_p50: float | None = None
    """The time from asking to the end, whatever the end: successes, failures, and what those who
    were still waiting for a connection when the window closed had waited until then."""
    response_ms_p99: float | None = None
    response_ms_max: float | None = None
    jain: float | None = None
    """Jain's fairness index of successful operations per client: 1 is equal, 1/clients is one."""
    first_failure_ms: float | None = None
    exhausted_ms: float | None = None
    """The time from the opening of the window until leaks had left no client a connection: the last
    leak, or the last acquire after it; empty where some client got one to the end."""
    first_connection_ms: float | None = None
    """The time from nothing to the first connection in hand, a `SELECT 1` included."""
    pool_full_ms: float | None = None
    """The time from nothing until all connections of the pool have been out at once."""
    connections_max: int | None = None
    """The most connections that the server, or the cell's PgBouncer, was seen to have from this
    cell: looked at every 50 ms in its warm-up and in its uncut turn, and while it is parked."""
    sessions_opened: int | None = None
    """Connections that the cell opened over its whole life; known on the embedded server, and not
    behind a pooler, which opens sessions of its own."""
    commits: int | None = None
    """Transactions that the server committed for the cell, over its whole life; known there too."""
    operations_finished: int | None = None
    """Operations that ended in its whole life: in the warm-up, in lead-ins, after a window too."""
    held_max: int | None = None
    """The most operations that held a connection at once."""
    accounted_share: float | None = None
    """The time of all operations and pauses in the window against clients x window: 1 by Little."""
    client_cpu_us_per_op: float | None = None
    """CPU of the cell's processes in the windows, against the successful operations in them."""
    client_cpu_share: float | None = None
    """CPU of the cell's processes in the windows against their length; 1 is one full core."""
    server_cpu_us_per_op: float | None = None
    """CPU of the whole embedded server during the turns, against all operations of the turns;
    empty below 50 ms."""
    pooler_cpu_us_per_op: float | None = None
    """CPU of the cell's PgBouncer, as the server's; empty without one, as the next two are."""
    pooler_maxwait_ms: float | None = None
    """The longest that a client was seen to wait in it for a session of the server (`maxwait` of
    `SHOW POOLS`): looked at as often as the connections, but in the warm-up."""
    pooler_sessions: int | None = None
    """Sessions that it opened on the server over the cell's whole life."""
    round_trip_ms: float | None = None
    """The time of a bare exchange through the cell's network, the median of those before its first
    turn; empty without one, as the next is, and behind a PgBouncer."""
    network_cpu_us_per_op: float | None = None
    """CPU of that network, as the server's."""
    client_rss_mb: float | None = None
    """Resident memory of the cell's processes after its last turn, in megabytes (10^6)."""
    connections: int | None = None
    """The connections that the pools of all processes have; empty without a pool."""
    process_jain: float | None = None
    """Jain's fairness index of successful operations per process; empty for a single one."""
    process_ops_per_s_min: float | None = None
    """Successful operations per second of the slowest process, over all its turns; as above."""
    process_ops_per_s_max: float | None = None
    """The same of the fastest process."""
    ceiling_ops_per_s: float | None = None
    """The rate at which the cores would be full: cores against CPU of client and server per
    operation. Where each process has a core of its own, that of the clients' or of the server's."""
    loop_lag_ms_max: float | None = None
    """The longest delay of an event loop; empty for threads."""
    parked_cpu_share: float | None = None
    """CPU of the cell's process while it was parked, against that time."""
    rows_inserted: int | None = None
    rows_deleted: int | None = None
    rows_uncertain: int | None = None
    """Writes whose answer never came. Rows are of the whole life of the process."""
    rows_found: int | None = None
    """Rows of this cell that the parent counted in the table at the end."""
    encrypted: bool | None = None
    """The connections of the clients were encrypted, as the server saw a session of the pool."""
    transport_seen: str = ""
    """What was between the clients and the server, as the server saw it; empty is not known."""
    rate_per_s: float | None = None
    """The rate of the schedule of an open loop, in operations a second; empty in a closed one, as
    are the eight columns that follow."""
    arrivals: int | None = None
    """Operations that the schedule intended for the window: `ok`, failed, `shed`, `unfinished`."""
    shed: int | None = None
    """Those that were dropped, because they had waited too long for a client."""
    unfinished: int | None = None
    """Those that no client had taken up when the window closed, or that never ended."""
    picked_ms_p50: float | None = None
    picked_ms_p99: float | None = None
    """The time of a successful operation from the moment at which a client picked it up: what one
    sees who does not count the time that it waited for a client."""
    late_ms_p50: float | None = None
    late_ms_p99: float | None = None
    late_ms_max: float | None = None
    """The time for which an arrival was not picked up although a client was free: the harness's own
    lateness, and that of a busy event loop or interpreter."""
    fault_ms: float | None = None
    """The moment of the fault, from the opening of the window; empty without one, as are the nine
    columns that follow."""
    mended_ms: float | None = None
    """The moment at which it was mended; of a fault that is over at once, at which that was so."""
    unavailable_ms: float | None = None
    """The time without a success, from the fault on, in tenths of a second."""
    failed_after_fault: int | None = None
    """Failures from the tenth of a second of the fault on."""
    broken_handed_out: int | None = None
    """Connections that the pool handed out once the fault was done, and that were then lost."""
    first_success_ms: float | None = None
    """The time from the mending to the first success; empty where there was none."""
    recovered_ms: float | None = None
    """The time from the mending to 80 % of the rate before; empty where that was not reached."""
    full_capacity_ms: float | None = None
    """The time from the mending until successful operations held 95 % of the connections that they
    held before, on average; empty where they never did."""
    recovered: bool | None = None
    """80 % of the rate before was reached."""
    acknowledged_lost: int | None = None
    """Rows of which clients were told that they were written, and which are not there."""
    examples: str = ""
    """The most frequent message of each kind of failure, as JSON."""

    @property
    def conditions(self) -> Conditions:
        """The conditions of the cell."""
        return self.cell.conditions

    @property
    def contender(self) -> str:
        """The name of the contender, of the control or of the limit."""
        return self.cell.contender

    @property
    def entrant(self) -> str:
        """The name of what is compared: the contender, unless its group compares another axis."""
        return self.cell.entrant

    @property
    def role(self) -> Role:
        """The role of the cell."""
        return self.cell.role

    @property
    def queues(self) -> bool:
        """There are more clients than connections, so that some have to wait for each other."""
        return self.pooled and self.conditions.all_clients > self.most_connections

    @property
    def most_connections(self) -> int:
        """The connections that its pools may open; reports of earlier versions know their sizes."""
        return self.conditions.connections if self.connections is None else self.connections

    @property
    def ops_per_cpu_s(self) -> float | None:
        """Successful operations per second of the client's CPU."""
        return MICROSECONDS / self.client_cpu_us_per_op if self.client_cpu_us_per_op else None

    @property
    def demanded(self) -> int:
        """Operations that were asked for: those that arrived, in a closed loop those that ended."""
        return (self.operations if self.arrivals is None else self.arrivals) or 0

    @property
    def waiting_in_vain(self) -> int:
        """Clients that were waiting at the end for a pool that leaks had run dry."""
        return 0 if self.exhausted_ms is None else self.waiting_clients or 0

    @property
    def attempts(self) -> int:
        """Operations that were asked for, and those that would never have ended."""
        return self.demanded + self.waiting_in_vain

    @property
    def failed_attempts(self) -> int:
        """Attempts without a success."""
        return self.attempts - (self.ok or 0)

    @property
    def failed_of_attempts(self) -> float | None:
        """Their share: the one that tables and charts show. None without any attempt."""
        if self.operations is None or not self.attempts:
            return None
        return self.failed_attempts / self.attempts

    @property
    def bad(self) -> bool:
        """The status is anything but `ok`."""
        return self.status is not Status.OK

    def with_texts(self, change: Callable[[str], str]) -> Row:
        """Return the row with every text changed that a driver or an adapter may have said."""
        examples = {kind: change(it) for kind, it in json.loads(self.examples or "{}").items()}
        return replace(
            self,
            reason=self.reason and self.reason.with_texts(change),
            examples=json.dumps(examples, ensure_ascii=False) if examples else "",
        )

    def columns(self) -> dict[str, object]:
        """Return the line of `cells.csv`, by column."""
        return {
            "cell": self.cell.id,
            "group": self.cell.group,
            "role": self.role.value,
            "compare": self.cell.compared,
            "session": self.session,
            "round": self.round,
            "position": self.position,
            "adapter": self.contender,
            "driver": self.driver,
            "driver_version": self.driver_version,
            "pooled": self.pooled,
            **self.conditions.columns(),
            **{name: getattr(self, name) for name in MEASURED},
            **messages.columns(self.reason),
        }


MEASURED = tuple(
    column.name
    for column in fields(Row)
    if column.name
    not in {"cell", "session", "round", "position", "driver", "driver_version", "pooled"}
)
"""The columns of the measurement, beside those of the cell and its place."""
NUMBERS = tuple(
    name
    for name in MEASURED
    if name
    not in ("status", "flags", "reason", "encrypted", "transport_seen", "recovered", "examples")
)
"""The columns of the measurement that are numbers."""
HEADER = (
    *("cell", "group", "role", "compare", "session", "round", "position", "adapter", "driver"),
    *("driver_version", "pooled", *COLUMNS, *MEASURED, "reason_facts"),
)


@dataclass(frozen=True)
class TurnRow:
    """One turn of a cell: a line of `turns.csv`, written at the end of its cycle of turns."""

    cell: str
    group: str
    session: int
    round: int
    position: int
    turn: int
    started_at: str
    """The beginning of the turn, in UTC as ISO 8601 writes it."""
    lead_in_ms: float
    seconds: float
    operations: int
    ok: int
    failed: int
    leaked: int
    ops_per_s: float | None
    total_ms_mean: float | None
    uncut: bool = False
    """It is the one longer turn of its round, from which percentiles and fairness come."""
    replaced: bool = False
    """Others used the run's cores meanwhile; a turn of a later cycle counts instead of it."""
    client_cpu_ms: float | None = None
    """CPU of the cell's process in the counted window."""
    server_cpu_ms: float | None = None
    """CPU of the whole embedded server during the turn, its lead-in included."""
