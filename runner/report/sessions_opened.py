"""The connections that an adapter opened where it did not keep to those of its pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.messages import Message
    from runner.results.row import Row


def notes(contenders: Iterable[Sequence[Row]]) -> Iterator[Message]:
    """Yield a line for each contender that opened more connections in a round than a pool has.

    `contenders` are the rows of each. Connections and operations are those of whole lives, the
    warm-up included; only the embedded server knows the first, and old reports not the second.
    """
    for rows in contenders:
        known = [
            (row, row.sessions_opened, row.operations_finished)
            for row in rows
            if row.sessions_opened is not None and row.operations_finished is not None
        ]
        if any(opened > row.most_connections for row, opened, _ in known):
            yield message(
                "sessions.opened",
                adapter=rows[0].entrant,
                sessions=sum(opened for _, opened, _ in known),
                operations=sum(finished for _, _, finished in known),
            )
