"""Rule 2: of those that serve everybody, who is fastest, by how much, and how surely."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from runner.analysis.answer.over_clients import over_clients
from runner.analysis.answer.ranking import leaders, ranking
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
        yield _fastest_of_all(scope, compared, whole)
        yield from _behind_of_all(scope, compared, whole)
    else:
        yield from _with_each(scope, compared)


def _fastest_of_all(
    scope: Scope, compared: Sequence[Ranking], whole: Sequence[Compared]
) -> Message:
    clients, among, margin = where(scope.home, scope.home), _among(compared), scope.report.margin
    first = leaders(whole, margin)
    if len(first) == len(whole):
        return message("answer.fastest_unknown", among=among, where=clients, margin=margin)
    if len(first) > 1:
        names = [line.entrant for line in first]
        return message("answer.fastest_several", among=among, where=clients, leaders=names)
    (line,) = first
    if line.verdict is Verdict.BASELINE:
        leader = message("answer.baseline", adapter=line.entrant)
        return message("answer.fastest", among=among, where=clients, leader=leader)
    leader = message(
        "answer.leader_of_all",
        adapter=line.entrant,
        baseline=line.baseline,
        ratio=line.ratio,
        low=line.low,
        high=line.high,
        each=_each(line, compared),
    )
    return message("answer.fastest_of_all", among=among, where=clients, leader=leader)


def _each(line: Compared, compared: Sequence[Ranking]) -> tuple[float, float]:
    """Return the least and the greatest ratio of an adapter with a number of clients alone."""
    lines = [it for group in compared for it in group.decided if it.entrant == line.entrant]
    return ends(lines).ratios


def _of_all(line: Compared, compared: Sequence[Ranking]) -> Message:
    """Write an adapter with its ratio of all numbers of clients together, and those of each."""
    each = _each(line, compared)
    figures = message(
        "answer.span_of_all", ratio=line.ratio, low=line.low, high=line.high, each=each
    )
    return message("answer.entry", adapter=line.entrant, figures=figures)


def _behind_of_all(
    scope: Scope, compared: Sequence[Ranking], whole: Sequence[Compared]
) -> Iterator[Message]:
    """Yield the adapters with a verdict whose ratio has not been told as that of the fastest."""
    first = leaders(whole, scope.report.margin)
    for verdict in (Verdict.FASTER, Verdict.SLOWER):
        lines = [line for line in whole if line.verdict is verdict and [line] != first]
        for baseline, those in by_baseline(lines).items():
            entries = [_of_all(line, compared) for line in those]
            yield _beside(verdict, baseline, entries)
    yield from _alone(scope, compared, whole)


def _alone(
    scope: Scope, compared: Sequence[Ranking], whole: Sequence[Compared]
) -> Iterator[Message]:
    """Yield what some numbers of clients show and all together do not."""
    shown = {line.entrant for line in whole if line.differs}
    for verdict in (Verdict.FASTER, Verdict.SLOWER):
        lines = [
            line
            for it in compared
            for line in it.decided
            if line.verdict is verdict and line.entrant not in shown
        ]
        for baseline, those in by_baseline(lines).items():
            entries = [
                entry(of_adapter, scope.home, span(of_adapter), alone=True)
                for of_adapter in by_adapter(those)
            ]
            yield _beside(verdict, baseline, entries)


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
    clients = where([it.standing for it in same], scope.home)
    among = _among(same)
    leaders = by_adapter(chain.from_iterable(it.leaders for it in same))
    if len(leaders) == max(len(it.decided) for it in same):
        margin = scope.report.margin
        return message("answer.fastest_unknown", among=among, where=clients, margin=margin)
    if len(leaders) == 1:
        leader = _leader(leaders[0])
        return message("answer.fastest", among=among, where=clients, leader=leader)
    names = [lines[0].entrant for lines in leaders]
    return message("answer.fastest_several", among=among, where=clients, leaders=names)


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


def _among(same: Sequence[Ranking]) -> Message:
    """Say who was left out before the fastest was named."""
    flawed = any(it.standing.flaw(adapter) for it in same for adapter in it.standing.adapters)
    if any(it.open for it in same):
        return message("among.serving_decided") if flawed else message("among.decided")
    return message("among.serving") if flawed else message("among.all")


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
        yield _beside(verdict, baseline, entries)


def _beside(verdict: Verdict, baseline: str, entries: Sequence[Message]) -> Message:
    if verdict is Verdict.FASTER:
        return message("answer.faster", baseline=baseline, adapters=entries)
    return message("answer.slower", baseline=baseline, adapters=entries)
