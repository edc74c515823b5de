"""Rule 11: how many connections the pools of several processes open together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from runner.analysis.answer.sized import SIZE
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.analysis.answer.scope import Scope
    from runner.messages import Message

MOST_NAMED = 3
"""The products that are listed; of more the first and the last are."""


class Slots(NamedTuple):
    """The connections of clients that the server takes."""

    free: int
    """`max_connections`, less what is reserved for superusers and roles."""
    fitted: bool
    """The server was started for the run, with as many as it needs."""


def connections(scope: Scope, slots: Slots | None) -> Iterator[Message]:
    """Yield the connections of all cells of several processes; rule 9 says those of a size."""
    if scope.rows.compared == SIZE:
        return
    yield from opened(
        {
            (row.conditions.processes, row.most_connections // row.conditions.processes)
            for row in scope.rows.adapters
            if row.pooled and row.conditions.processes > 1
        },
        slots,
    )


def opened(cells: Iterable[tuple[int, int]], slots: Slots | None) -> Iterator[Message]:
    """Yield what numbers of processes and the connections of each make, against the slots."""
    products = [
        message("connections.product", processes=processes, size=size, connections=processes * size)
        for processes, size in sorted(cells, key=lambda cell: (cell[0] * cell[1], cell))
    ]
    if not products:
        return
    whole = message("connections.some", products=products)
    if len(products) > MOST_NAMED:
        whole = message("connections.many", products=[products[0], products[-1]])
    if slots is None:
        yield message("connections.opened", connections=whole)
    elif slots.fitted:
        yield message("connections.of_ours", connections=whole, slots=slots.free)
    else:
        yield message("connections.of_slots", connections=whole, slots=slots.free)
