"""The attempts of a row: what was asked for, and what would never have ended. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.results.row import Row


def attempts(row: Row) -> int:
    """Count what was asked for, and the clients that waited in vain, as the pool had run dry."""
    return row.demanded + forsaken(row)


def forsaken(row: Row) -> int:
    """Count the clients that were waiting at the end for a pool that had run dry."""
    return 0 if row.exhausted_ms is None else row.waiting_clients or 0


def failed(row: Row) -> int:
    """Count the attempts without a success."""
    return attempts(row) - (row.ok or 0)


def percent_of(count: Callable[[Row], int | None]) -> Callable[[Row], float | None]:
    """Return the function that gives a count as percent of the attempts, None without any."""
    return lambda row: 100 * (count(row) or 0) / attempts(row) if attempts(row) else None
