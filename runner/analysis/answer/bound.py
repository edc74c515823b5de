"""Rule 7: where the machine, and not the pool, was the limit (METHOD 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.scope import Scope
    from runner.messages import Message
    from runner.results.row import Row

FLAG = "client_bound"


def bound(scope: Scope) -> Iterator[Message]:
    """Yield the number of cells whose client was the limit in most rounds, and whose they are."""
    cells = [
        (adapter, rows)
        for standing in scope.standings
        for adapter in standing.adapters
        if (rows := [row for row in standing.rows(adapter) if not row.bad])
    ]
    limited = [adapter for adapter, rows in cells if _mostly(rows)]
    if limited:
        adapters = list(dict.fromkeys(limited))
        yield message("answer.bound", count=len(limited), of=len(cells), adapters=adapters)


def _mostly(rows: Sequence[Row]) -> bool:
    """Tell whether more than half of the rounds have the flag."""
    return 2 * sum(FLAG in row.flags.split() for row in rows) > len(rows)
