"""One cell over the rounds of a run, and the spread of its numbers. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.messages import Message
    from runner.metrics import Metric
    from runner.results.row import Row

    Number = Metric | Callable[[Row], float | None]
    """A metric, or a function that computes a number of a row."""


class Spread(NamedTuple):
    """A number over the rounds."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Rounds:
    """One cell over the rounds of a run."""

    rows: tuple[Row, ...]
    planned: int
    """The rounds that it should have a row of: those of the run, or fewer where it is limited."""

    @cached_property
    def good(self) -> list[Row]:
        """The rows that may be drawn."""
        return [row for row in self.rows if not row.bad]

    @property
    def leaks(self) -> bool:
        """Its clients forget to release."""
        return any(row.conditions.leak for row in self.rows)

    def spread(self, number: Number) -> Spread | None:
        """Return a number over the rounds that have it."""
        of = number if callable(number) else lambda row: getattr(row, number.column)
        values = [value for row in self.good if (value := of(row)) is not None]
        return Spread(median(values), min(values), max(values)) if values else None

    def median(self, number: Number) -> float:
        """Return the middle of `spread`, 0 where there is none."""
        spread = self.spread(number)
        return spread.median if spread else 0.0

    @property
    def left_out(self) -> Counter[str]:
        """The number of rounds that are not drawn, by status; by `` where they are missing."""
        missing = self.planned - len(self.rows) if self.rows else 0
        counts = Counter(row.status.value for row in self.rows if row.bad)
        return counts + Counter({"": missing})

    @property
    def silence(self) -> Message:
        """The reason why there is nothing to draw of it."""
        if not self.rows:
            return message("mark.not_measured")
        if not self.good:
            return message("caption.words", words=reasons(self.left_out))
        if any(row.ok for row in self.good):
            return message("mark.few_successes")
        return message("mark.no_success")


def reasons(left_out: Mapping[str, int]) -> list[Message]:
    """Say how many rounds of each status are not drawn."""
    return [
        message("rows.of_status", rows=rows, status=status)
        if status
        else message("left_out.missing", rows=rows)
        for status, rows in sorted(left_out.items(), key=lambda item: item[0] or "~")
    ]
