"""The lesson that PoolBench grew from: what it expects, beside what was observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.base import Failure
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.axes import Conditions
    from runner.messages import Message
    from runner.results.row import Row

WITH_RELEASE = message("lesson.with_release")
WITHOUT = message("lesson.without_release")
EXPLODED = 10.0
"""The factor over the longest time with release from which a time is called an explosion;
to wait for the whole acquire time-out is one too."""


@dataclass(frozen=True)
class Observation:
    """One cell against the lesson."""

    adapter: str
    conditions: Conditions
    expected: Message
    observed: Sequence[Message]
    differs: Sequence[Message]
    """The observations that contradict the lesson."""

    @property
    def released(self) -> bool:
        """Every client releases."""
        return not self.conditions.leak


def observations(measured: Iterable[Row]) -> list[Observation]:
    """Return an observation for each measured cell, cells with release first."""
    rows = [row for row in measured if row.operations is not None]
    longest = {_pair(row): _longest(row) for row in rows if not row.conditions.leak and row.ok}
    rows.sort(key=lambda row: (row.conditions.leak > 0, row.contender, row.conditions.rank))
    return [
        _without_release(row, longest.get(_pair(row)))
        if row.conditions.leak
        else _with_release(row)
        for row in rows
    ]


def _pair(row: Row) -> tuple[str, Conditions]:
    """Return what a cell has in common with that in which the same clients release, or do not."""
    return row.contender, row.conditions.without("leak")


def _with_release(row: Row) -> Observation:
    observed = [message("lesson.succeeded", ok=row.ok, operations=row.operations)]
    if row.pooled:
        size = row.conditions.pool_size.most
        observed = [message("lesson.succeeded_pooled", succeeded=observed[0], size=size)]
    if row.total_ms_p50 is not None:
        observed.append(message("lesson.half", ms=row.total_ms_p50))
    if row.total_ms_max is not None:
        observed.append(message("lesson.slowest", ms=row.total_ms_max))
    return _observation(row, WITH_RELEASE, observed, list(_not_reused(row)))


def _not_reused(row: Row) -> Iterator[Message]:
    """Yield what should not be where every client releases."""
    if row.ok != row.operations:
        yield message("lesson.not_all", failures=_failures(row))
    size = row.most_connections if row.pooled else 0
    if row.sessions_opened and row.sessions_opened > size:
        opened, operations = row.sessions_opened, row.operations
        yield message("lesson.not_reused", opened=opened, operations=operations)
    if row.release_failed:
        yield message("lesson.release_failed", count=row.release_failed)


def _without_release(row: Row, before: float | None) -> Observation:
    failed = (row.operations or 0) - (row.ok or 0)
    longest = _longest(row)
    differs = []
    if row.exhausted_ms is None:
        differs.append(_not_dry(row))
    if not failed and not row.stuck_clients:
        differs.append(message("lesson.nothing_failed"))
    if longest < 1000 * row.conditions.acquire_timeout and longest < EXPLODED * (before or 0.0):
        differs.append(message("lesson.no_explosion"))
    return _observation(row, WITHOUT, list(_dry(row, failed, longest, before)), differs)


def _not_dry(row: Row) -> Message:
    """Say why a pool went on handing out connections: it may have opened more than its size."""
    opened, size = row.sessions_opened or row.connections_max or 0, row.most_connections
    if opened <= size:
        return message("lesson.not_dry")
    if not row.connection_refused:
        return message("lesson.opened_more", opened=opened, size=size)
    refused, operations = row.connection_refused, row.operations
    return message(
        "lesson.opened_until_refused",
        opened=opened,
        size=size,
        refused=refused,
        operations=operations,
    )


def _dry(row: Row, failed: int, longest: float, before: float | None) -> Iterator[Message]:
    """Yield what was observed where clients do not release."""
    if row.exhausted_ms is not None:
        yield message("lesson.dry", ms=row.exhausted_ms, leaked=row.leaked)
    operations, kinds = row.operations, _failures(row)
    if kinds:
        yield message("lesson.failed_by", failed=failed, operations=operations, failures=kinds)
    else:
        yield message("lesson.failed", failed=failed, operations=operations)
    if row.starved_clients:
        clients = row.conditions.all_clients
        yield message("lesson.never_through", starved=row.starved_clients, clients=clients)
    if before:
        yield message("lesson.longest_against", ms=longest, before=before)
    else:
        yield message("lesson.longest", ms=longest)


def _observation(
    row: Row, expected: Message, observed: Sequence[Message], differs: Sequence[Message]
) -> Observation:
    return Observation(
        row.contender,
        row.conditions,
        expected,
        tuple(observed),
        tuple(differs),
    )


def _longest(row: Row) -> float:
    """Return the longest time that a client spent on one operation, successful or not."""
    return max(row.total_ms_max or 0.0, row.wait_ms_max or 0.0, row.failed_ms_max or 0.0)


def _failures(row: Row) -> list[Message]:
    counts = {kind.value: getattr(row, kind.value) for kind in Failure}
    return [
        message("lesson.failures", failures=count, kind=kind)
        for kind, count in counts.items()
        if count
    ]
