"""The first line of an answer: what it is about, and how its ratios are to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.estimate import NAMES
from runner.analysis.settings import setting
from runner.axes import title
from runner.messages import message
from runner.metrics import SPEED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analysis.answer.scope import Scope
    from runner.messages import Message


def head(scope: Scope, rounds: int | None) -> Iterator[Message]:
    """Yield the setting with its rounds, and the estimator where there are ratios.

    `rounds` is the number that was asked for.
    """
    if not scope.home:
        return
    about, count = _setting(scope), _rounds(scope, rounds)
    used = {
        line.estimator
        for it in scope.home
        for (metric, _), line in it.lines.items()
        if metric == SPEED.column and line.low is not None
    }
    if used:
        names = [words for estimator, words in NAMES.items() if estimator in used]
        yield message("answer.head", setting=about, rounds=count, estimators=names)
    else:
        yield message("answer.head_only", setting=about, rounds=count)


def _setting(scope: Scope) -> Message | None:
    conditions = setting(scope.home[0].conditions)
    pooled = any(row.pooled for it in scope.home for row in it.group.rows)
    return title(conditions if pooled else conditions.without("pool_size"))


def _rounds(scope: Scope, rounds: int | None) -> Message:
    measured = max(it.rounds for it in scope.home)
    if rounds is not None and measured < rounds:
        return message("answer.rounds_of", rounds=measured, count=rounds)
    return message("answer.rounds", count=measured)
