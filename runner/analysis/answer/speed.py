"""Rule 2: of those that serve everybody, who is fastest, by how much, and how surely."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from runner.analysis.answer.fastest import among, beside, several_fastest
from runner.analysis.answer.over_clients import over_clients
from runner.analysis.answer.ranking import ranking
from runner.analysis.answer.speed_together import speed_together
from runner.analysis.answer.words import by_adapter, by_baseline, ends, entry, span, where
from runner.analysis.verdict import Verdict
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.ranking import Ranking
    from runner.analysis.answer.scope import Scope
    from runner.analysis.report import Compared
    from runner.messages import Message

MOST_ORDERS = 2
"""The numbers of sentences on the fastest; further ones are counted."""


def speed(scope: Scope) -> Iterator[Message]:
    """Yield who is fastest, once for all numbers of clients where it is the same; then the rest."""
    rankings = [ranking(it, scope.report.margin) for it in scope.home]
    compared = [it for it in rankings if len(it.decided) > 1]
    if whole := over_clients(scope):
        yield from speed_together(scope, compared, whole)
    else:
        yield from _with_each(scope, compared)


def _with_each(scope: Scope, compared: Sequence[Ranking]) -> Iterator[Message]:
    """Yield the same with each number of clients, together where it is alike."""
    orders: dict[tuple[str, ...], list[Ranking]] = {}
    for it in compared:
        orders.setdefault(_leading(it), []).append(it)
    shown = sorted(orders.values(), key=len, reverse=True)
    for same in shown[:MOST_ORDERS]:
        yield _fastest(scope, same)
    if shown[MOST_ORDERS:]:
        left = [it for same in shown[MOST_ORDERS:] for it in same]
        clients = where([it.standing for it in left], scope.home)
        yield message("answer.other_orders", where=clients)
    for verdict in (Verdict.FASTER, Verdict.SLOWER):
        yield from _behind(scope, compared, verdict)


def _leading(it: Ranking) -> tuple[str, ...]:
    baselines = {line.baseline for line in it.decided}
    return (*sorted(baselines), *(line.entrant for line in it.leaders))


def _fastest(scope: Scope, same: Sequence[Ranking]) -> Message:
    leaders = by_adapter(chain.from_iterable(it.leaders for it in same))
    clients = where([it.standing for it in same], scope.home)
    if len(leaders) == 1:
        leader = _leader(leaders[0])
        return message("answer.fastest", among=among(same), where=clients, leader=leader)
    names = [lines[0].entrant for lines in leaders]
    everybody = max(len(it.decided) for it in same)
    return several_fastest(among(same), clients, names, everybody, scope.report.margin)


def _leader(lines: Sequence[Compared]) -> Message:
    """Write a leader with its ratio to the baseline, or as the baseline."""
    line = lines[0]
    if line.verdict is Verdict.BASELINE:
        return message("answer.baseline", adapter=line.entrant)
    it = ends(lines)
    return message(
        "answer.leader",
        adapter=line.entrant,
        ratios=it.ratios,
        baseline=line.baseline,
        low=it.low,
        high=it.high,
    )


def _behind(scope: Scope, compared: Sequence[Ranking], verdict: Verdict) -> Iterator[Message]:
    """Yield the adapters with a verdict whose ratio has not been told as that of the fastest."""
    lines = [
        line
        for it in compared
        for line in it.decided
        if line.verdict is verdict and [line] != it.leaders
    ]
    for baseline, those in by_baseline(lines).items():
        entries = [
            entry(of_adapter, scope.home, span(of_adapter)) for of_adapter in by_adapter(those)
        ]
        yield beside(verdict, baseline, entries)
