"""The errors of a group, under its table: how often each kind, and what the driver said of it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from adapters.base import Failure
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from runner.messages import Message
    from runner.results.row import Row

KINDS = (*(kind.value for kind in Failure), "release_failed")
"""The columns that count failures, and the keys of the examples."""


def notes(contenders: Iterable[Sequence[Row]]) -> Iterator[Message]:
    """Yield a message for each contender and kind of failure, with its most frequent text.

    `contenders` are the rows of each, bad ones too.
    """
    for rows in contenders:
        texts = _texts(rows)
        for kind in KINDS:
            times = sum(getattr(row, kind) or 0 for row in rows)
            if times:
                yield _note(rows[0].contender, kind, times, texts[kind])


def _note(adapter: str, kind: str, times: int, texts: Counter[str]) -> Message:
    if not texts:
        return message("failures.silent", adapter=adapter, kind=kind, times=times)
    ((most, _),) = texts.most_common(1)
    return message("failures.said", adapter=adapter, kind=kind, times=times, text=most)


def _texts(rows: Iterable[Row]) -> Mapping[str, Counter[str]]:
    """Count over the rounds what was said of each kind; a round has kept one text of each."""
    texts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for kind, said in (json.loads(row.examples) if row.examples else {}).items():
            texts[kind][said] += 1
    return texts
