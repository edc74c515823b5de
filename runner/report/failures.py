"""The errors of adapters in words: how often each kind, and what the driver said of it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from runner.analysis.failures import failures
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.analysis.failures import Failures
    from runner.messages import Message
    from runner.results.row import Row

MOST_NOTES = 6
"""The most kinds of failure that the small print of a chart has room for."""


def notes(contenders: Iterable[Sequence[Row]]) -> Iterator[Message]:
    """Yield a message for each contender and kind of failure, with its most frequent text.

    `contenders` are the rows of each, bad ones too.
    """
    for rows in contenders:
        for kind in failures(rows):
            yield _note(kind)


def frequent(rows: Iterable[Row], most: int = MOST_NOTES) -> list[Message]:
    """Return the same of any rows, the most frequent first, for no more than `most` kinds."""
    entrants: dict[tuple[str | None, str], list[Row]] = defaultdict(list)
    for row in rows:
        entrants[row.cell.common.adapter, row.entrant].append(row)
    kinds = [kind for of_entrant in entrants.values() for kind in failures(of_entrant)]
    kinds.sort(key=lambda kind: (-kind.times, kind.adapter, kind.kind))
    lines = [_note(kind) for kind in kinds[:most]]
    left = len(kinds) - len(lines)
    return [*lines, message("failures.more", count=left)] if left else lines


def _note(kind: Failures) -> Message:
    """Write a line under a table or a chart."""
    if not kind.text:
        return message("failures.silent", adapter=kind.adapter, kind=kind.kind, times=kind.times)
    return message(
        "failures.said", adapter=kind.adapter, kind=kind.kind, times=kind.times, text=kind.text
    )
