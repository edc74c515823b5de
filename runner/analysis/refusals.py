"""Reasons not to compare (METHOD 7): an adapter gets one instead of a ratio."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.messages import Message
    from runner.metrics import Metric
    from runner.results.row import Row

MOST_FAILED = 0.01
"""The share of failed operations, over all rounds, above which a cell is not compared."""
LEAKS = message("refused.leaks")
DISTURBED = message("refused.disturbed")


@dataclass(frozen=True)
class Entry:
    """One adapter in one group."""

    rows: Mapping[int, Row]
    """Round -> row."""

    @cached_property
    def any(self) -> Row:
        """Any of its rows."""
        return next(iter(self.rows.values()))

    @cached_property
    def flaw(self) -> Message | None:
        """The reason why nothing of it can be compared (METHOD 7); None where it can."""
        return next(flaws(list(self.rows.values())), None)

    def refusal(self, metric: Metric) -> Message | None:
        """Say why this metric of it cannot be compared; None where it can."""
        if self.flaw:
            return self.flaw
        if metric.queue and not self.any.pooled:
            return message("refused.no_pool")
        values = {number: getattr(row, metric.column) for number, row in self.rows.items()}
        if all(value is None for value in values.values()):
            return message("refused.empty", empty=metric.empty, round=min(values))
        for number, value in values.items():
            if value is not None and not value > 0:
                return message("refused.zero", metric=metric.column, value=value, round=number)
        return None


def flaws(rows: Sequence[Row]) -> Iterator[Message]:
    """Yield what forbids to compare an adapter's rows, the gravest first."""
    if not rows[0].conditions.steady:
        yield LEAKS if rows[0].conditions.leak else DISTURBED
    yield from (
        message("refused.bad", status=row.status.value, round=row.round, reason=row.reason)
        for row in rows
        if row.bad
    )
    yield from _starving(rows)
    demanded, ok = sum(row.demanded for row in rows), sum(row.ok or 0 for row in rows)
    if demanded - ok > MOST_FAILED * demanded:
        yield _undone(rows, 1 - ok / demanded)
    yield from (message("refused.no_success", round=row.round) for row in rows if not row.ok)


def _undone(rows: Sequence[Row], share: float) -> Message:
    """Say how much failed, or, of what arrived, was not done."""
    if rows[0].conditions.paced:
        return message("refused.undone", share=share)
    return message("refused.failed", share=share)


def _starving(rows: Sequence[Row]) -> Iterator[Message]:
    starved = [row.starved_clients for row in rows if row.starved_clients]
    if not starved:
        return
    most, clients = max(starved), rows[0].conditions.all_clients
    if len(starved) == len(rows):
        yield message("refused.starves", starved=most, clients=clients)
    else:
        yield message(
            "refused.starves_at_times",
            starved=most,
            clients=clients,
            rounds=len(starved),
            of_rounds=len(rows),
        )
