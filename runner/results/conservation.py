"""The laws of conservation that every row must keep, or it is not averaged (METHOD 10).

No check knows a particular adapter: they rest on what was counted in two places, on what adapters
declare of themselves, and on arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from runner.messages import message
from runner.results.fault_columns import acknowledged_lost
from runner.results.outcome import CUT_SHORT
from runner.times import MILLISECOND, SECOND
from runner.workloads import LOOKUPS, SEEDED_ROWS

if TYPE_CHECKING:
    from collections.abc import Collection

    from runner.messages import Message
    from runner.plan.contender import Driver
    from runner.plan.plan import Cell
    from runner.results.outcome import Outcome

Law: TypeAlias = Callable[["Cell", "Driver", "Outcome"], Iterator["Message"]]

ACCOUNTED = 0.02
"""The most that the time of all operations may differ from clients x window (METHOD 10)."""

FLOOR = 0.5
"""The part of the shortest bare exchange below which no query can have been answered. Not all of
it: machines change their speed."""

SHORT_SHARE = 0.01
"""The share of operations that may be shorter all the same: clocks are read between threads."""

IDS_AHEAD = 32
"""The values of a sequence that PostgreSQL writes ahead, and skips after a crash (SEQ_LOG_VALS)."""


PARKED_SHARE = 0.01
"""The part of a core that a parked process may use to keep house. An idle event loop and the idle
threads of a pool use less than a thousandth; so much is what a thread needs to wake a thousand
times a second, and that disturbs the cell that is being measured."""

PARKED_TURN = 5 * MILLISECOND
"""CPU that it may use beside that before each turn: to read the order takes up to half of a
millisecond, to close what a turn has left or to collect its garbage a few."""


def complaints(cell: Cell, driver: Driver, outcome: Outcome) -> list[Message]:
    """Return why a row cannot be true, a message for each law that it breaks."""
    unknown = cell.conditions.own_workload or CUT_SHORT in outcome.flags
    not_judged = {*(OF_WHAT_WAS_DONE if unknown else ()), *broken_by_fault(cell, outcome)}
    laws = [law for law in LAWS if law not in not_judged]
    return [broken for law in laws for broken in law(cell, driver, outcome)]


def broken_by_fault(cell: Cell, outcome: Outcome) -> Collection[Law]:
    """Return the laws that a fault breaks by design.

    The server keeps connections that their pool has given up until it notices. Rows that were
    acknowledged and are gone are a figure of their own, with a flag, where the server was stopped:
    by nothing else can it lose any.
    """
    fault = cell.conditions.fault
    if fault is None:
        return ()
    loses = fault.of_kind.stops and acknowledged_lost(cell, outcome)
    return (_size, _rows, _ids) if loses else (_size,)


def _rows(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Hold the rows in the table against those that the clients say they wrote."""
    del cell, driver
    written, found = outcome.written, outcome.seen.rows_found
    expected = written.inserted - written.deleted
    if found is not None and abs(found - expected) > written.uncertain:
        yield message(
            "law.rows",
            inserted=written.inserted,
            deleted=written.deleted,
            uncertain=written.uncertain,
            rows=found,
        )


def _ids(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Hold the ids in the table against those that the clients were given."""
    del cell, driver
    written, found = outcome.written, outcome.seen.ids_found
    if found is not None and not written.uncertain and found != written.ids:
        yield message("law.ids", given=written.ids, found=found)


def _drawn(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Hold the ids that the table's sequence gave against the inserts: rows that are gone had one.

    Failed and rolled back inserts take ids too, so those that were sent count. A server that
    crashes with a write under way may skip the ids that it had written ahead.
    """
    del driver
    written, drawn = outcome.written, outcome.seen.ids_drawn
    inserts, fault = written.begun - written.deleted, cell.conditions.fault
    skipped = bool(written.uncertain or (fault and fault.of_kind.stops)) * IDS_AHEAD
    if drawn is not None and drawn > inserts + skipped:
        yield message("law.drawn", inserts=inserts, drawn=drawn)


def _beyond(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Find rows in the table that are neither the clients' nor seeded, and seeded ones gone."""
    del cell, driver
    beyond, seeded = outcome.seen.rows_beyond, outcome.seen.rows_seeded
    if beyond is not None and (beyond or seeded != SEEDED_ROWS):
        yield message("law.beyond", beyond=beyond, seeded=seeded, expected=SEEDED_ROWS)


def _writes(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Hold the rows that the server wrote against the writes that the clients sent."""
    del cell, driver
    sent, writes = outcome.written.begun + outcome.written.updates, outcome.seen.writes
    if writes is not None and writes > sent:
        yield message("law.writes", sent=sent, writes=writes)


def _lookups(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Hold the successes against the times that the server looked into the table."""
    del driver
    expected = LOOKUPS.get(cell.conditions.workload, 0) * outcome.succeeded
    lookups = outcome.seen.lookups
    if lookups is not None and lookups < expected:
        yield message(
            "law.lookups", succeeded=outcome.succeeded, expected=expected, lookups=lookups
        )


def _answers(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Hold sampled answers against their rows, whose texts were drawn for this cell."""
    del cell, driver
    if wrong := outcome.seen.answers_wrong:
        yield message("law.answers", wrong=wrong, answers=outcome.seen.answers)


def _database(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Compare the database with what the cell was given: what a write costs depends on it."""
    del cell, driver
    if changes := outcome.seen.database_changes:
        yield message("law.database", changes=[change.told for change in changes])


def _settings(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Compare the settings of a session of the pool with those of one when it was new."""
    del cell, driver
    if changes := outcome.seen.settings_changes:
        yield message("law.settings", changes=[change.told for change in changes])


def _transport(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Hold what the server saw between itself and a session against what was asked for."""
    del driver
    asked, seen = cell.conditions.transport, outcome.seen.transport
    if asked and seen and asked != seen:
        yield message("law.transport", asked=asked, seen=seen)


def _parked(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Let a parked process do no more than keep house: its figures are those of its turns."""
    del driver
    measured, turns = outcome.measured, outcome.turns
    allowed = turns * cell.conditions.processes * PARKED_TURN
    if measured and measured.parked_cpu > allowed + PARKED_SHARE * measured.parked:
        yield message(
            "law.parked",
            cpu_ms=measured.parked_cpu / MILLISECOND,
            parked_ms=measured.parked / MILLISECOND,
        )


def _companions(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Let a cell be no more processes than asked for: what others do is not in its figures."""
    del cell, driver
    if companions := outcome.seen.companions:
        yield message("law.companions", companions=companions)


def _held(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Operations at once may not exceed the connections that there are."""
    if not (driver.bounded and driver.exclusive and driver.pools and outcome.measured):
        return
    held, size = outcome.measured.held, driver.most(cell.conditions)
    if held > size:
        yield message("law.held", held=held, size=size)


def _size(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Hold the connections that the server sees against the size that the pool promises."""
    parked, size = outcome.seen.connections_parked, driver.most(cell.conditions)
    if driver.bounded and driver.pools and parked is not None and parked > size:
        yield message("law.size", connections=parked, size=size)


def _round_trip(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """No answer comes back sooner than the bare round trip takes.

    The runner's own goes over TCP, and says nothing of what goes over a socket.
    """
    del driver
    shortest, measured = outcome.seen.round_trip, outcome.measured
    over_socket = cell.conditions.transport == "unix"
    if shortest is None or measured is None or not cell.conditions.asks_server or over_socket:
        return
    use = measured.histograms["use"]
    short = use.below(round(FLOOR * shortest * SECOND))
    if len(use) and short > max(1, SHORT_SHARE * len(use)):
        yield message(
            "law.round_trip", short=short, operations=len(use), round_trip_ms=shortest * 1000
        )


def _commits(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Nothing succeeds that the server has not committed: it counts reads too."""
    del driver
    commits, succeeded = outcome.seen.commits, outcome.succeeded
    if commits is None or cell.conditions.leak or not cell.conditions.asks_server:
        return
    if commits < succeeded:
        yield message("law.commits", succeeded=succeeded, commits=commits)


def _asked(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Every client has made the operations that it was asked to make, whatever came of them."""
    del driver
    measured, each = outcome.measured, cell.conditions.operations_per_client
    if measured is None or each is None:
        return
    asked = each * cell.conditions.all_clients * outcome.turns
    made = sum(measured.ok) + sum(measured.failures.values())
    if made != asked:
        yield message("law.asked", asked=asked, made=made)


def _little(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """J. Little, A Proof for the Queuing Formula L = lambda W. Operations Research 9, 1961."""
    del driver
    share = accounted(cell, outcome)
    if share is None:
        return
    if share < 1 - ACCOUNTED:
        yield message("law.little_missing", missing=1 - share)
    if share > 1 + ACCOUNTED:
        yield message("law.little_surplus", surplus=share - 1)


def _arrivals(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[Message]:
    """Every operation that arrived has been done, has failed, was dropped, or is still to do."""
    del driver
    measured = outcome.measured
    if measured is None or not cell.conditions.paced or measured.stuck:
        return
    ok, failed = sum(measured.ok), sum(measured.failures.values())
    if measured.arrivals != ok + failed + measured.shed + measured.unfinished:
        yield message(
            "law.arrivals",
            arrivals=measured.arrivals,
            ok=ok,
            failed=failed,
            shed=measured.shed,
            unfinished=measured.unfinished,
        )


def accounted(cell: Cell, outcome: Outcome) -> float | None:
    """Return the time of all operations and pauses against clients x window; 1 by Little's law.

    None where there is no such window, where clients wait for arrivals (for them there is
    `_arrivals`), or where they never came back to tell.
    """
    measured, conditions = outcome.measured, cell.conditions
    if measured is None or conditions.operations_per_client is not None or measured.stuck:
        return None
    if conditions.paced:
        return None
    return measured.busy / (cell.conditions.all_clients * measured.seconds * SECOND)


LAWS: tuple[Law, ...] = (
    _rows,
    _ids,
    _drawn,
    _beyond,
    _writes,
    _lookups,
    _answers,
    _database,
    _settings,
    _transport,
    _parked,
    _companions,
    _held,
    _size,
    _round_trip,
    _commits,
    _asked,
    _little,
    _arrivals,
)

OF_WHAT_WAS_DONE = (_rows, _ids, _drawn, _beyond, _writes, _lookups, _answers)
"""The laws that count what our workloads read and write. Of the user's own it is not known, nor of
a turn that was cut off."""
