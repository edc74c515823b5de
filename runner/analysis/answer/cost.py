"""Rule 4: what it costs in CPU of the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.words import by_adapter, by_baseline, entry
from runner.analysis.verdict import Verdict
from runner.messages import message
from runner.metrics import CPU_SPEED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.scope import Scope
    from runner.analysis.report import Compared
    from runner.messages import Message


def cost(scope: Scope) -> Iterator[Message]:
    """Yield who is cheaper or dearer than the baseline in CPU per operation, or undecided."""
    lines = [
        line
        for standing in scope.home
        for (metric, _), line in standing.lines.items()
        if metric == CPU_SPEED.column and line.low is not None
    ]
    for baseline, those in by_baseline(lines).items():
        parts = [
            part
            for verdict in (Verdict.CHEAPER, Verdict.DEARER)
            for part in _part(scope, those, verdict)
        ]
        parts += _undecided(scope, those)
        if parts:
            yield message("answer.cost", baseline=baseline, parts=parts)
        else:
            yield message("answer.cost_alike", baseline=baseline)


def _part(scope: Scope, lines: Sequence[Compared], verdict: Verdict) -> Iterator[Message]:
    told = by_adapter(line for line in lines if line.verdict is verdict)
    if told:
        entries = [entry(of_adapter, scope.home, _ratios(of_adapter)) for of_adapter in told]
        yield message("answer.cost_part", verdict=verdict.value, adapters=entries)


def _undecided(scope: Scope, lines: Sequence[Compared]) -> Iterator[Message]:
    torn = by_adapter(line for line in lines if line.verdict is Verdict.UNDECIDED)
    if torn:
        entries = [entry(of_adapter, scope.home, _ratios(of_adapter)) for of_adapter in torn]
        yield message("answer.cost_undecided", adapters=entries)


def _ratios(lines: Sequence[Compared]) -> Message:
    """Write ratios of operations per second of CPU as those of CPU per operation."""
    ratios = sorted(1 / line.ratio for line in lines if line.ratio)
    return message("answer.ratios", ratios=(ratios[0], ratios[-1]))
