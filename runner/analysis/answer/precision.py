"""How many rounds would tell more, how long they take, and how to ask for them."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from runner.analysis.family import comparisons
from runner.analysis.intervals import LOOKS, confidence, next_look, quantile, rounds_needed
from runner.axes import ADAPTER, MATRIX
from runner.axis import spelled
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.scope import Scope, Standing
    from runner.analysis.report import Compared
    from runner.messages import Message

RoundSeconds = Callable[[Collection[str]], float]
"""Return about the seconds that a round takes in which only groups of some names are measured."""

PRECISION = 0.05
"""The half width to aim at, as a share."""
PERCENT = 100


def remedy(scope: Scope, lines: Sequence[Compared], seconds: RoundSeconds | None) -> Message | None:
    """Say with what options, in how many rounds and in what time the intervals become narrow.

    `lines` are those that were not told apart. Were the noise to stay as it was. None where they
    are narrower than the margin already.
    """
    groups = _groups(scope, lines)
    width = _width(scope, groups)
    goal = next((it for it in (PRECISION, scope.report.margin) if math.log1p(it) < width), None)
    if goal is None:
        return None
    needed = _needed(scope, groups, goal)
    if needed > LOOKS[-1]:
        goal, needed = _within_reach(scope, groups), LOOKS[-1]
        if math.log1p(goal) >= width:
            return message("remedy.out_of_reach", rounds=LOOKS[-1])
    rounds = next_look(needed - 1) or LOOKS[-1]
    options = [f"--set precision={goal * PERCENT:.10g}%", *_options(scope, groups)]
    if seconds is None:
        return message("remedy.rounds", precision=goal, rounds=rounds, options=options)
    time = rounds * seconds([it.group.name for it in groups])
    options.append(f"--set budget={math.ceil(time / 60) + 1}m")
    return message("remedy.time", precision=goal, rounds=rounds, seconds=time, options=options)


def _groups(scope: Scope, lines: Sequence[Compared]) -> Sequence[Standing]:
    """Return the groups to measure: the one that is meant, or the whole home setting."""
    meant = {line.conditions for line in lines}
    if len(meant) == 1:
        return [it for it in scope.home if it.conditions in meant]
    return scope.home


def _speeds(scope: Scope, groups: Sequence[Standing]) -> list[Compared]:
    """Return the conclusions that a precision is reached by: every interval of operations/s."""
    meant = {it.conditions for it in groups}
    return [line for line in scope.report.speeds if line.conditions in meant]


def _width(scope: Scope, groups: Sequence[Standing]) -> float:
    return max(line.half_width or 0.0 for line in _speeds(scope, groups))


def _level(groups: Sequence[Standing]) -> float:
    """Return the confidence of each interval of a run with a precision of these groups."""
    cells = (row.cell for it in groups for row in it.group.rows)
    return confidence(len(LOOKS), comparisons(cells))


def _needed(scope: Scope, groups: Sequence[Standing], goal: float) -> int:
    level = _level(groups)
    return max(
        rounds_needed(_at(line, level), line.rounds, level, math.log1p(goal))
        for line in _speeds(scope, groups)
        if line.half_width
    )


def _at(line: Compared, level: float) -> float:
    """Return the half width that the interval would have at another confidence."""
    ends = quantile(line.rounds - 1, level) / quantile(line.rounds - 1, line.confidence or level)
    return (line.half_width or 0.0) * ends


def _within_reach(scope: Scope, groups: Sequence[Standing]) -> float:
    """Return the half width that the last look would give, in whole percents, as a share."""
    level, last = _level(groups), LOOKS[-1]
    unit = quantile(last - 1, level) / math.sqrt(last)
    widest = max(
        _at(line, level) * unit * math.sqrt(line.rounds) / quantile(line.rounds - 1, level)
        for line in _speeds(scope, groups)
    )
    return math.ceil(math.expm1(widest) * PERCENT) / PERCENT


def _options(scope: Scope, groups: Sequence[Standing]) -> Iterator[str]:
    """Yield what leaves the other groups out, where they have other values of an axis."""
    for axis in (ADAPTER, *MATRIX):
        here = dict.fromkeys(getattr(it.conditions, axis) for it in groups)
        every = {getattr(row.cell.common, axis) for row in scope.rows.measured}
        if every - here.keys():
            yield from (f"--only {axis}={spelled(value)}" for value in here)
