"""Rule 12: whom a fault left without service for the shortest and the longest time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from runner.analysis.summary import Summary
from runner.axes import AXES, title
from runner.messages import message
from runner.metrics import ACKNOWLEDGED_LOST, FAILED_AFTER, MILLISECONDS, UNAVAILABLE
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.scope import Scope
    from runner.messages import Message
    from runner.results.rows import RowGroup


def ranked(group: RowGroup) -> list[Summary]:
    """Return the adapters of a group, those first that were unavailable for the shortest time.

    Of those that were so for as long, those that failed less; last who could not be measured.
    """
    adapters = [
        Summary(tuple(by_round.values()))
        for by_round in group.entrants.values()
        if next(iter(by_round.values())).role is Role.ADAPTER
    ]
    return sorted(adapters, key=_rank)


def _rank(adapter: Summary) -> tuple[float, float]:
    unavailable, failed = (adapter.median(it.column) for it in (UNAVAILABLE, FAILED_AFTER))
    return (math.inf if unavailable is None else unavailable, failed or 0.0)


def faults(scope: Scope) -> Iterator[Message]:
    """Yield the sentences of each group with a fault."""
    groups = [group for group in scope.rows.groups if group.conditions.fault and group.rows]
    for group in groups:
        yield from _of_group(group, _name(group, groups))


def _name(group: RowGroup, groups: Sequence[RowGroup]) -> Message | None:
    """Name a group by its fault alone, where that tells it from the others."""
    fault = group.conditions.fault
    alone = sum(it.conditions.fault == fault for it in groups) == 1
    return AXES["fault"].phrase(fault) if alone else title(group.conditions)


def _of_group(group: RowGroup, fault: Message | None) -> Iterator[Message]:
    known = [it for it in ranked(group) if it.median(UNAVAILABLE.column) is not None]
    if known:
        yield _longest(known, fault)
    never = [it.cell.entrant for it in known if not any(row.recovered for row in it.good)]
    if never:
        yield message(
            "answer.never_recovered",
            fault=fault,
            adapters=never,
            count=len(never),
            seconds=_followed(group),
        )
    for adapter in known:
        if rows := sum(adapter.values(ACKNOWLEDGED_LOST.column)):
            yield message(
                "answer.rows_lost", fault=fault, adapter=adapter.cell.entrant, rows=int(rows)
            )
    ended = [it.cell.entrant for it in ranked(group) if it.bad_rounds]
    if ended:
        yield message("answer.fault_ended", fault=fault, adapters=ended, count=len(ended))


def _longest(known: Sequence[Summary], fault: Message | None) -> Message:
    """Say who was unavailable for the shortest time and who for the longest."""
    shortest, longest = _seconds(known[0]), _seconds(known[-1])
    first, last = (
        [it.cell.entrant for it in known if _seconds(it) == seconds]
        for seconds in (shortest, longest)
    )
    if not longest:
        return message("answer.never_unavailable", fault=fault)
    if not shortest and longest:
        return message(
            "answer.some_unavailable", fault=fault, first=first, longest=longest, last=last
        )
    if shortest == longest:
        return message("answer.all_unavailable", fault=fault, seconds=shortest, count=len(known))
    return message(
        "answer.unavailable",
        fault=fault,
        shortest=shortest,
        first=first,
        longest=longest,
        last=last,
    )


def _followed(group: RowGroup) -> float:
    """Return the seconds for which a pool is followed once the fault should be mended."""
    conditions, fault = group.conditions, group.conditions.fault
    return conditions.duration - (fault.at + fault.lasts if fault else 0.0)


def _seconds(adapter: Summary) -> float:
    """Return the median of the time without a success, which is known in tenths of a second."""
    return round((adapter.median(UNAVAILABLE.column) or 0.0) / MILLISECONDS, 2)
