"""Rule 7: where the machine, and not the pool, was the limit (METHOD 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.messages import message
from runner.results.row import RELAY_BOUND

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.scope import Scope
    from runner.messages import Message
    from runner.results.row import Row

    Cells = Sequence[tuple[str, Sequence[Row]]]
    """Adapter and rows of each cell."""


def bound(scope: Scope) -> Iterator[Message]:
    """Yield in how many cells something else than the pool was the limit, and whose.

    That is the client, the server, a pooler or a network of ours, in most rounds.
    """
    cells = [
        (adapter, rows)
        for standing in (*scope.standings, *scope.paced)
        for adapter in standing.adapters
        if (rows := [row for row in standing.rows(adapter) if not row.bad])
    ]
    if by_client := _adapters(cells, "client_bound"):
        names = list(dict.fromkeys(by_client))
        yield message("answer.bound", count=len(by_client), of=len(cells), adapters=names)
    if by_server := _adapters(cells, "server_bound"):
        names = list(dict.fromkeys(by_server))
        yield message("answer.server_bound", count=len(by_server), of=len(cells), adapters=names)
    if by_pooler := _adapters(cells, "pooler_bound"):
        names = list(dict.fromkeys(by_pooler))
        yield message("answer.pooler_bound", count=len(by_pooler), of=len(cells), adapters=names)
    if by_relay := _adapters(cells, RELAY_BOUND):
        names = list(dict.fromkeys(by_relay))
        yield message("answer.relay_bound", count=len(by_relay), of=len(cells), adapters=names)


def _adapters(cells: Cells, flag: str) -> list[str]:
    """Return the adapter of each cell that has a flag in more than half of its rounds."""
    return [
        adapter
        for adapter, rows in cells
        if 2 * sum(flag in row.flags.split() for row in rows) > len(rows)
    ]
