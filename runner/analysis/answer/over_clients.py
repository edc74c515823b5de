"""The ratios over all numbers of clients of an answer's setting, where they contradict none."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING

from runner.analysis.answer.ranking import ahead, ranking
from runner.analysis.intervals import confidence, difference
from runner.analysis.settings import setting
from runner.analysis.together import together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.analysis.answer.ranking import Ranking
    from runner.analysis.answer.scope import Scope
    from runner.analysis.report import Compared


def over_clients(scope: Scope) -> Sequence[Compared]:
    """Return a line for each adapter that serves everybody, in the order of the plan.

    None where one of them has no interval with some numbers of clients, where all together show the
    opposite of one number, or where the verdicts differ from number to number because the ratios
    do: then each stands for itself.
    """
    rankings = [ranking(it, scope.report.margin) for it in scope.home]
    if len(rankings) < 2:  # noqa: PLR2004 - nothing to put together
        return ()
    home, serving = setting(scope.home[0].conditions), {*_serving(rankings)}
    whole = [it for it in together(scope.report) if it.conditions == home and it.entrant in serving]
    told = {it.entrant for it in whole} == serving and len(whole) > 1
    return whole if told and _agree(whole, rankings) else ()


def _serving(rankings: Sequence[Ranking]) -> list[str]:
    return [line.entrant for it in rankings for line in (*it.decided, *it.open)]


def _agree(whole: Sequence[Compared], rankings: Sequence[Ranking]) -> bool:
    """Tell whether all together contradict no verdict and no lead of a group."""
    of_all, margin = {line.entrant: line for line in whole}, rankings[0].margin
    leads = _leads(whole, margin).union(*(_leads(it.decided, margin) for it in rankings))
    return (
        not any(_opposite(line, of_all[line.entrant]) for it in rankings for line in it.decided)
        and not any((second, first) in leads for first, second in leads)
        and not any(_apart(_lines(it.entrant, rankings)) for it in whole)
    )


def _leads(lines: Sequence[Compared], margin: float) -> set[tuple[str, str]]:
    """Return each two of which the first is ahead."""
    return {(a.entrant, b.entrant) for a, b in permutations(lines, 2) if ahead(a, b, margin)}


def _opposite(line: Compared, of_all: Compared) -> bool:
    return line.differs and of_all.differs and line.verdict is not of_all.verdict


def _lines(entrant: str, rankings: Sequence[Ranking]) -> Sequence[Compared]:
    return [line for it in rankings for line in it.decided if line.entrant == entrant]


def _apart(lines: Sequence[Compared]) -> bool:
    """Tell whether verdicts differ because the ratios do, by more than chance (Welch)."""
    if len({it.verdict for it in lines}) == 1:
        return False
    pairs = list(combinations(lines, 2))
    level = confidence(looks=1, family=len(pairs))
    changes = [difference(a.estimated, b.estimated, level) for a, b in pairs]
    return any(not it.low <= 0 <= it.high for it in changes)
