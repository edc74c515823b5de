"""The reasons why a run names nobody as the fastest, where nothing could be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.words import where
from runner.analysis.comparison import few_rounds
from runner.analysis.midmean import FEWEST_ROUNDS
from runner.messages import message
from runner.metrics import SPEED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.scope import Scope, Standing
    from runner.analysis.report import Compared
    from runner.messages import Message

BY_BASELINE = ("refused.baseline", "refused.no_baseline")


def nothing(scope: Scope) -> Iterator[Message]:
    """Yield why there is no comparison: of the whole run, or with some numbers of clients."""
    if not scope.rows.measured:
        yield message("answer.no_rows")
    elif not scope.standings:
        if not scope.paced:
            leaks = any(group.conditions.leak for group in scope.rows.groups)
            yield message("answer.all_leak") if leaks else message("answer.all_disturbed")
    elif len({adapter for it in scope.home for adapter in it.adapters}) == 1:
        yield message("answer.alone", adapter=scope.home[0].adapters[0])
    else:
        yield from _no_ratios(scope)


def _no_ratios(scope: Scope) -> Iterator[Message]:
    nobody = [it for it in scope.home if all(it.flaw(adapter) for adapter in it.adapters)]
    if nobody:
        yield message("answer.nobody", where=where(nobody, scope.home))
    rest = [it for it in scope.home if it not in nobody]
    yield from _by_baseline(scope, rest)
    few = [line for it in rest for line in _speeds(it) if line.reason == few_rounds(line)]
    if any(line.reason for line in few):
        rounds = max(line.rounds for line in few)
        yield message("answer.few_rounds", count=rounds, least=FEWEST_ROUNDS)


def _by_baseline(scope: Scope, standings: Sequence[Standing]) -> Iterator[Message]:
    """Yield why a baseline is none, with the numbers of clients where that is so."""
    reasons: dict[Message, list[Standing]] = {}
    for it in standings:
        for line in _speeds(it):
            if line.reason and line.reason.id in BY_BASELINE:
                reasons.setdefault(line.reason, []).append(it)
    for reason, those in reasons.items():
        yield message("answer.no_baseline", where=where(those, scope.home), reason=reason)


def _speeds(standing: Standing) -> Iterator[Compared]:
    return (standing.lines[SPEED.column, adapter] for adapter in standing.adapters)
