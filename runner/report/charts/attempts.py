"""The attempts of a row: operations that ended, and those that never would. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.results.row import Row


def attempts(row: Row) -> int:
    """Count the operations that ended, and those that never would, as the pool had run dry."""
    return (row.operations or 0) + forsaken(row)


def forsaken(row: Row) -> int:
    """Count the clients that were waiting at the end for a pool that had run dry."""
    return 0 if row.exhausted_ms is None else row.waiting_clients or 0


def failed(row: Row) -> int:
    """Count the attempts without a success."""
    return attempts(row) - (row.ok or 0)


def percent_of(count: Callable[[Row], int | None]) -> Callable[[Row], float | None]:
    """Return the function that gives a count as percent of the attempts, None without any."""
    return lambda row: 100 * (count(row) or 0) / attempts(row) if attempts(row) else None
