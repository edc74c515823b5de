"""Counts as percent of the attempts of a row. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.results.row import Row

PERCENT = "%"


def percent_of(count: Callable[[Row], int | None]) -> Callable[[Row], float | None]:
    """Return the function that gives a count as percent of the attempts, None without any."""
    return lambda row: 100 * (count(row) or 0) / row.attempts if row.attempts else None
