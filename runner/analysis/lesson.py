"""The lesson that PoolBench grew from: what it expects, beside what was observed, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.base import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.results.row import Row

WITH_RELEASE = "reused, slow but successful"
WITHOUT = "runs dry, clients block or fail, times explode"
EXPLODED = 10.0
"""How many times longer than with release the longest time must be to be called an explosion;
to wait for the whole acquire time-out is one too."""


@dataclass(frozen=True)
class Observation:
    """One cell against the lesson."""

    adapter: str
    clients: int
    released: bool
    expected: str
    observed: str
    differs: str
    """Where the observation is not what the lesson says; empty where it is."""


def observations(measured: Iterable[Row]) -> list[Observation]:
    """Return an observation for each measured cell, cells with release first."""
    rows = [row for row in measured if row.operations is not None]
    longest = {
        (row.contender, row.conditions.clients): _longest(row)
        for row in rows
        if not row.conditions.leak and row.ok
    }
    rows.sort(key=lambda row: (row.conditions.leak > 0, row.contender, row.conditions.clients))
    return [
        _without_release(row, longest.get((row.contender, row.conditions.clients)))
        if row.conditions.leak
        else _with_release(row)
        for row in rows
    ]


def _with_release(row: Row) -> Observation:
    observed = f"{row.ok} of {row.operations} operations succeeded"
    if row.pooled:
        observed += f" over a pool of {row.conditions.pool_size.most}"
    if row.total_ms_p50 is not None:
        observed += f"; half of them took up to {row.total_ms_p50:.1f} ms"
    if row.total_ms_max is not None:
        observed += f", the slowest {row.total_ms_max:.1f} ms"
    differs = []
    if row.ok != row.operations:
        differs.append(f"not all succeeded: {_failures(row)}")
    size = row.conditions.pool_size.most if row.pooled else 0
    if row.sessions_opened and row.sessions_opened > size:
        opened = f"{row.sessions_opened} connections were opened"
        differs.append(f"not reused: {opened} for {row.operations} operations")
    if row.release_failed:
        differs.append(f"{row.release_failed} releases failed")
    return _observation(row, WITH_RELEASE, observed, differs)


def _without_release(row: Row, before: float | None) -> Observation:
    observed, differs = [], []
    if row.exhausted_ms is None:
        differs.append("the pool did not run dry")
    else:
        observed.append(f"dry after {row.exhausted_ms:.1f} ms and {row.leaked} leaks")
    failed = (row.operations or 0) - (row.ok or 0)
    observed.append(f"{failed} of {row.operations} operations failed{_why(row)}")
    if row.starved_clients:
        observed.append(
            f"{row.starved_clients} of {row.conditions.clients} clients never got through"
        )
    if not failed and not row.stuck_clients:
        differs.append("nobody blocked and nothing failed")
    longest = _longest(row)
    against = f", against {before:.1f} ms with release" if before else ""
    observed.append(f"the longest operation took {longest:.1f} ms{against}")
    if longest < 1000 * row.conditions.acquire_timeout and longest < EXPLODED * (before or 0.0):
        differs.append("the times do not explode")
    return _observation(row, WITHOUT, "; ".join(observed), differs)


def _observation(row: Row, expected: str, observed: str, differs: Sequence[str]) -> Observation:
    return Observation(
        row.contender,
        row.conditions.clients,
        not row.conditions.leak,
        expected,
        observed,
        "; ".join(differs),
    )


def _longest(row: Row) -> float:
    """Return the longest time that a client spent on one operation, successful or not."""
    return max(row.total_ms_max or 0.0, row.wait_ms_max or 0.0, row.failed_ms_max or 0.0)


def _failures(row: Row) -> str:
    counts = {kind.value: getattr(row, kind.value) for kind in Failure}
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)


def _why(row: Row) -> str:
    kinds = _failures(row)
    return f" ({kinds})" if kinds else ""
