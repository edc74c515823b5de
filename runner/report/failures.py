"""The errors of adapters: how often each kind, and what the driver said of it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.base import Failure
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from runner.messages import Message
    from runner.results.row import Row

KINDS = (*(kind.value for kind in Failure), "release_failed")
"""The columns that count failures, and the keys of the examples."""
MOST_NOTES = 6
"""The most kinds of failure that the small print of a chart has room for."""


@dataclass(frozen=True)
class Failures:
    """The failures of one kind that an adapter had."""

    adapter: str
    kind: str
    times: int
    text: str
    """The most frequent message of the driver; empty where it was not kept."""

    @property
    def note(self) -> Message:
        """A line under a table or a chart."""
        if not self.text:
            return message(
                "failures.silent", adapter=self.adapter, kind=self.kind, times=self.times
            )
        return message(
            "failures.said", adapter=self.adapter, kind=self.kind, times=self.times, text=self.text
        )


def notes(contenders: Iterable[Sequence[Row]]) -> Iterator[Message]:
    """Yield a message for each contender and kind of failure, with its most frequent text.

    `contenders` are the rows of each, bad ones too.
    """
    for rows in contenders:
        for failures in _kinds(rows):
            yield failures.note


def frequent(rows: Iterable[Row], most: int = MOST_NOTES) -> list[Message]:
    """Return the same of any rows, the most frequent first, for no more than `most` kinds."""
    contenders: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        contenders[row.contender].append(row)
    failures = [it for of_contender in contenders.values() for it in _kinds(of_contender)]
    failures.sort(key=lambda it: (-it.times, it.adapter, it.kind))
    lines = [it.note for it in failures[:most]]
    left = len(failures) - len(lines)
    return [*lines, message("failures.more", count=left)] if left else lines


def _kinds(rows: Sequence[Row]) -> Iterator[Failures]:
    texts = _texts(rows)
    for kind in KINDS:
        times = sum(getattr(row, kind) or 0 for row in rows)
        if times:
            most = texts[kind].most_common(1)
            yield Failures(rows[0].contender, kind, times, most[0][0] if most else "")


def _texts(rows: Iterable[Row]) -> Mapping[str, Counter[str]]:
    """Count over the rounds what was said of each kind; a round has kept one text of each."""
    texts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for kind, said in (json.loads(row.examples) if row.examples else {}).items():
            texts[kind][said] += 1
    return texts
