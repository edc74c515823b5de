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

    `contenders` are the rows of each. Only the embedded server knows the number.
    """
    for rows in contenders:
        known = [row for row in rows if row.sessions_opened is not None]
        if any((row.sessions_opened or 0) > row.conditions.pool_size.most for row in known):
            yield message(
                "sessions.opened",
                adapter=known[0].contender,
                sessions=sum(row.sessions_opened or 0 for row in known),
                operations=sum(row.operations or 0 for row in known),
            )
