"""The failures of an adapter: how often each kind, and what the driver said of it most often."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.base import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from runner.results.row import Row

KINDS = (*(kind.value for kind in Failure), "release_failed")
"""The columns that count failures, and the keys of the examples."""


@dataclass(frozen=True)
class Failures:
    """The failures of one kind that an adapter had."""

    adapter: str
    kind: str
    times: int
    text: str
    """The most frequent message of the driver; empty where it was not kept."""


def failures(rows: Sequence[Row]) -> Iterator[Failures]:
    """Yield each kind of failure that the rows of an adapter have, bad rows too."""
    texts = _texts(rows)
    for kind in KINDS:
        times = sum(getattr(row, kind) or 0 for row in rows)
        if times:
            most = texts[kind].most_common(1)
            yield Failures(_name(rows[0]), kind, times, most[0][0] if most else "")


def _name(row: Row) -> str:
    """Name the entrant, with its adapter where another axis is compared."""
    adapter = row.cell.common.adapter
    return f"{adapter}, {row.entrant}" if adapter else row.entrant


def _texts(rows: Iterable[Row]) -> Mapping[str, Counter[str]]:
    """Count over the rounds what was said of each kind; a round has kept one text of each."""
    texts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for kind, said in (json.loads(row.examples) if row.examples else {}).items():
            texts[kind][said] += 1
    return texts
