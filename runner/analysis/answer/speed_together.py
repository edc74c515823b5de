"""Rule 2 over all numbers of clients together, and what one number alone shows beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.fastest import among, beside, several_fastest
from runner.analysis.answer.ranking import leaders
from runner.analysis.answer.words import by_adapter, by_baseline, ends, entry, span, where
from runner.analysis.verdict import Verdict
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.ranking import Ranking
    from runner.analysis.answer.scope import Scope
    from runner.analysis.report import Compared
    from runner.messages import Message


def speed_together(
    scope: Scope, compared: Sequence[Ranking], whole: Sequence[Compared]
) -> Iterator[Message]:
    """Yield who is fastest, the rest beside the baseline, and what single numbers show.

    `whole` has a line over all numbers of clients for each adapter, `compared` those of each.
    """
    first = leaders(whole, scope.report.margin)
    yield _fastest(scope, compared, whole, first)
    for verdict in (Verdict.FASTER, Verdict.SLOWER):
        lines = [line for line in whole if line.verdict is verdict and [line] != first]
        for baseline, those in by_baseline(lines).items():
            yield beside(verdict, baseline, [_entry(line, compared) for line in those])
    yield from _alone(scope, compared, whole)


def _fastest(
    scope: Scope,
    compared: Sequence[Ranking],
    whole: Sequence[Compared],
    first: Sequence[Compared],
) -> Message:
    of, clients = among(compared), where(scope.home, scope.home)
    if len(first) > 1:
        names = [line.entrant for line in first]
        return several_fastest(of, clients, names, len(whole), scope.report.margin)
    (line,) = first
    if line.verdict is Verdict.BASELINE:
        leader = message("answer.baseline", adapter=line.entrant)
        return message("answer.fastest", among=of, where=clients, leader=leader)
    leader = message(
        "answer.leader_of_all",
        adapter=line.entrant,
        baseline=line.baseline,
        ratio=line.ratio,
        low=line.low,
        high=line.high,
        each=_each(line, compared),
    )
    return message("answer.fastest_of_all", among=of, where=clients, leader=leader)


def _each(line: Compared, compared: Sequence[Ranking]) -> tuple[float, float]:
    """Return the least and the greatest ratio of an adapter with a number of clients alone."""
    lines = [it for group in compared for it in group.decided if it.entrant == line.entrant]
    return ends(lines).ratios


def _entry(line: Compared, compared: Sequence[Ranking]) -> Message:
    """Write an adapter with its ratio of all numbers of clients together, and those of each."""
    each = _each(line, compared)
    figures = message(
        "answer.span_of_all", ratio=line.ratio, low=line.low, high=line.high, each=each
    )
    return message("answer.entry", adapter=line.entrant, figures=figures)


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
            yield beside(verdict, baseline, entries)
