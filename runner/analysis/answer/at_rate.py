"""Rule 8: whose operations take how long where they arrive at a given rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.sized import SIZE
from runner.axes import title
from runner.messages import message
from runner.metrics import TOTAL_P50, TOTAL_P99
from runner.results.row import LATE_PICK_UP

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.scope import Scope, Standing
    from runner.analysis.report import Compared
    from runner.messages import Message


def at_rate(scope: Scope) -> Iterator[Message]:
    """Yield the sentences of each group, then whose arrivals were picked up late.

    What is to be said of the times of sizes is said in rule 9.
    """
    if scope.rows.compared != SIZE:
        for standing in scope.paced:
            yield from _group(standing, title(standing.conditions))
    if late := _late(scope):
        yield message("answer.late", adapters=late)


def _group(standing: Standing, setting: Message | None) -> Iterator[Message]:
    tails = [standing.lines[TOTAL_P99.column, adapter] for adapter in standing.adapters]
    ratios = [_ratios(standing, line) for line in tails if line.low is not None]
    if ratios:
        baseline = tails[0].baseline
        yield message("answer.at_rate", setting=setting, baseline=baseline, adapters=ratios)
    if flawed := list(_flawed(standing)):
        yield message("answer.rate_not_kept", setting=setting, adapters=flawed)
    reasons = [it.reason for it in tails if it.reason and not standing.flaw(it.entrant)]
    if reasons and not ratios:
        yield message("answer.rate_not_compared", setting=setting, reason=reasons[0])


def _ratios(standing: Standing, tail: Compared) -> Message:
    """Write the p99 of an adapter against the baseline's, and the median."""
    median = standing.lines[TOTAL_P50.column, tail.entrant]
    return message(
        "answer.at_rate_entry",
        adapter=tail.entrant,
        tail=tail.span,
        tail_verdict=tail.verdict.value,
        median=median.span if median.low is not None else None,
        median_verdict=median.verdict.value,
    )


def _flawed(standing: Standing) -> Iterator[Message]:
    for adapter in standing.adapters:
        if flaw := standing.flaw(adapter):
            yield message("answer.rate_flaw", adapter=adapter, reason=flaw)


def _late(scope: Scope) -> Sequence[str]:
    """Return the adapters of which most rounds of a group have the flag."""
    return list(
        dict.fromkeys(
            adapter
            for standing in scope.paced
            for adapter in standing.adapters
            if (rows := [row for row in standing.rows(adapter) if not row.bad])
            and 2 * sum(LATE_PICK_UP in row.flags.split() for row in rows) > len(rows)
        )
    )
