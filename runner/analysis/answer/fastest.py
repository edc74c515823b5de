"""The words of rule 2: who may be the fastest, and who is beside the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.verdict import Verdict
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.analysis.answer.ranking import Ranking
    from runner.messages import Message


def among(same: Sequence[Ranking]) -> Message:
    """Say who was left out before the fastest was named."""
    flawed = any(it.standing.flaw(adapter) for it in same for adapter in it.standing.adapters)
    if any(it.open for it in same):
        return message("among.serving_decided") if flawed else message("among.decided")
    return message("among.serving") if flawed else message("among.all")


def several_fastest(
    of: Message, clients: Message, leaders: Sequence[str], everybody: int, margin: float
) -> Message:
    """Name several that may be the fastest; none where it may be any of them.

    `of` is what `among` says, `everybody` the number of those that could be it.
    """
    if len(leaders) == everybody:
        return message("answer.fastest_unknown", among=of, where=clients, margin=margin)
    return message("answer.fastest_several", among=of, where=clients, leaders=leaders)


def beside(verdict: Verdict, baseline: str, entries: Sequence[Message]) -> Message:
    """Say who is faster, or slower, than the baseline."""
    if verdict is Verdict.FASTER:
        return message("answer.faster", baseline=baseline, adapters=entries)
    return message("answer.slower", baseline=baseline, adapters=entries)
