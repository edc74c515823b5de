"""What cannot be true is not averaged: the laws that every row must keep (METHOD 10).

No check knows a particular adapter: they rest on what was counted in two places, on what adapters
declare of themselves, and on arithmetic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.workloads import WITHOUT_QUERY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.plan.contender import Driver
    from runner.plan.plan import Cell
    from runner.results.outcome import Outcome

ACCOUNTED = 0.02
"""How far the time of all operations may be from clients x window (METHOD 10)."""

FLOOR = 0.5
"""The part of the shortest bare exchange below which no query can have been answered. Not all of
it: machines change their speed."""

SHORT_SHARE = 0.01
"""The share of operations that may be shorter all the same: clocks are read between threads."""

NANOSECONDS = 1_000_000_000


def complaints(cell: Cell, driver: Driver, outcome: Outcome) -> list[str]:
    """Return why a row cannot be true, a sentence for each law that it breaks."""
    return [sentence for law in LAWS for sentence in law(cell, driver, outcome)]


def _rows(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[str]:
    """Hold the rows in the table against those that the clients say they wrote."""
    del cell, driver
    written, found = outcome.written, outcome.seen.rows_found
    expected = written.inserted - written.deleted
    if found is not None and abs(found - expected) > written.uncertain:
        yield (
            f"rows do not add up: the clients inserted {written.inserted} and deleted "
            f"{written.deleted} ({written.uncertain} uncertain), the table has {found}"
        )


def _ids(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[str]:
    """Hold the ids in the table against those that the clients were given."""
    del cell, driver
    written, found = outcome.written, outcome.seen.ids_found
    if found is not None and not written.uncertain and found != written.ids:
        yield (
            f"ids do not add up: those that the clients were given sum to {written.ids}, "
            f"those in the table to {found}"
        )


def _held(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[str]:
    """Nobody can hold what there is not: so many operations at once, so many connections."""
    if not (driver.bounded and driver.exclusive and driver.pools and outcome.measured):
        return
    held = outcome.measured.held
    if held > cell.conditions.pool_size.most:
        size = cell.conditions.pool_size.most
        yield f"{held} operations held a connection at once, of a pool of {size}"


def _size(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[str]:
    """Hold the connections that the server sees against the size that the pool promises."""
    parked = outcome.seen.connections_parked
    if (
        driver.bounded
        and driver.pools
        and parked is not None
        and parked > cell.conditions.pool_size.most
    ):
        yield f"the server sees {parked} connections of a pool of {cell.conditions.pool_size.most}"


def _round_trip(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[str]:
    """No answer comes back sooner than the bare round trip takes."""
    del driver
    shortest, measured = outcome.seen.round_trip, outcome.measured
    if shortest is None or measured is None or cell.conditions.workload in WITHOUT_QUERY:
        return
    use = measured.histograms["use"]
    short = use.below(round(FLOOR * shortest * NANOSECONDS))
    if len(use) and short > max(1, SHORT_SHARE * len(use)):
        yield (
            f"{short} of {len(use)} operations used the connection for less than half of the bare "
            f"round trip of {shortest * 1000:.3f} ms: they cannot have been answered"
        )


def _commits(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[str]:
    """Nothing succeeds that the server has not committed: it counts reads too."""
    del driver
    commits, succeeded = outcome.seen.commits, outcome.succeeded
    if commits is None or cell.conditions.leak or cell.conditions.workload in WITHOUT_QUERY:
        return
    if commits < succeeded:
        yield f"{succeeded} operations succeeded, but the server committed only {commits}"


def _little(cell: Cell, driver: Driver, outcome: Outcome) -> Iterator[str]:
    """J. Little, A Proof for the Queuing Formula L = lambda W. Operations Research 9, 1961."""
    del driver
    share = accounted(cell, outcome)
    if share is not None and abs(share - 1) > ACCOUNTED:
        yield (
            f"the time of all operations and pauses is {share:.1%} of clients x window: "
            "some of it was not counted, or counted twice"
        )


def accounted(cell: Cell, outcome: Outcome) -> float | None:
    """Return the time of all operations and pauses against clients x window; 1 by Little's law.

    None where there is no such window, or where clients never came back to tell.
    """
    measured = outcome.measured
    if measured is None or cell.conditions.operations_per_client is not None or measured.stuck:
        return None
    return measured.busy / (cell.conditions.clients * measured.seconds * NANOSECONDS)


LAWS: tuple[Callable[[Cell, Driver, Outcome], Iterator[str]], ...] = (
    _rows,
    _ids,
    _held,
    _size,
    _round_trip,
    _commits,
    _little,
)
