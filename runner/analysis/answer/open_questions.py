"""Rule 5: what was not told apart, and how long it would take."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from runner.analysis.answer.over_clients import over_clients
from runner.analysis.answer.precision import remedy
from runner.analysis.answer.words import by_adapter, by_baseline, ends, entry, name, span
from runner.analysis.verdict import Verdict
from runner.messages import message
from runner.metrics import SPEED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.precision import RoundSeconds
    from runner.analysis.answer.scope import Scope
    from runner.analysis.report import Compared
    from runner.messages import Message


def open_questions(scope: Scope, seconds: RoundSeconds | None) -> Iterator[Message]:
    """Yield who is as fast as the baseline, who may be, and who is undecided."""
    lines = [
        line
        for standing in scope.home
        for adapter in standing.adapters
        if (line := standing.lines[SPEED.column, adapter]).low is not None
    ]
    margin = scope.report.margin
    close = [line for line in lines if _close(line, margin)]
    apart = [line for line in lines if line.verdict is Verdict.NO_DIFFERENCE and line not in close]
    for baseline, those in by_baseline(close).items():
        entries = [entry(it, scope.home, span(it)) for it in by_adapter(those)]
        yield message("answer.close", margin=margin, baseline=baseline, adapters=entries)
    for baseline, those in by_baseline(apart).items():
        names, advice = _names(scope, those), remedy(scope, those, seconds)
        if advice is None:
            yield message("answer.open", baseline=baseline, adapters=names)
        else:
            yield message("answer.open_with", baseline=baseline, adapters=names, remedy=advice)
    yield from _undecided(scope, lines)


def _names(scope: Scope, lines: Sequence[Compared]) -> list[Message | str]:
    """Write the adapters; those told apart over all numbers of clients are not with some alone."""
    apart = {line.entrant for line in over_clients(scope) if line.differs}
    return [
        name(of_adapter, scope.home, alone=of_adapter[0].entrant in apart)
        for of_adapter in by_adapter(lines)
    ]


def _close(line: Compared, margin: float) -> bool:
    """Tell whether a difference beyond the margin is excluded, to either side."""
    unclear = line.verdict in {Verdict.NO_DIFFERENCE, Verdict.TOO_SMALL}
    return unclear and line.reach <= math.log1p(margin)


def _undecided(scope: Scope, lines: Sequence[Compared]) -> Iterator[Message]:
    """Yield the adapters whose interval is not believed, together where the reason is alike."""
    reasons: dict[str, list[Compared]] = {}
    for line in lines:
        if line.verdict is Verdict.UNDECIDED and line.reason:
            reasons.setdefault(line.reason.id, []).append(line)
    for those in reasons.values():
        entries = [entry(it, scope.home, _ratios(it)) for it in by_adapter(those)]
        yield undecided_because(those, entries)


def _ratios(lines: Sequence[Compared]) -> Message:
    return message("answer.ratios", ratios=ends(lines).ratios)


def undecided_because(
    lines: Sequence[Compared], names: Sequence[Message | str] | None = None
) -> Message:
    """Say why some adapters are undecided, whose reasons differ in their numbers at most."""
    adapters = names or [line.entrant for line in lines]
    if len(lines) == 1:
        return message("answer.undecided", adapters=adapters, reason=lines[0].reason)
    return message("answer.undecided_first", adapters=adapters, reason=lines[0].reason)
