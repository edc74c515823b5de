"""The order of the adapters of a group, as far as it is shown.

Their intervals hold together, so two adapters whose intervals do not meet differ, although each was
compared with the baseline only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.metrics import SPEED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.analysis.answer.scope import Standing
    from runner.analysis.report import Compared


@dataclass(frozen=True)
class Ranking:
    """The adapters of a group by operations per second."""

    standing: Standing
    decided: Sequence[Compared]
    """The baseline, and those with an interval that is believed; in the order of the plan."""
    open: Sequence[Compared]
    """Those that serve every client and have no such interval."""
    margin: float

    @property
    def leaders(self) -> Sequence[Compared]:
        """Those that no other is shown to be ahead of, by more than the margin."""
        return leaders(self.decided, self.margin)


def ranking(standing: Standing, margin: float) -> Ranking:
    """Rank the adapters of a group that serve every client."""
    lines = [
        standing.lines[SPEED.column, adapter]
        for adapter in standing.adapters
        if not standing.flaw(adapter)
    ]
    decided = [line for line in lines if line.decided]
    return Ranking(standing, decided, [line for line in lines if not line.decided], margin)


def leaders(lines: Sequence[Compared], margin: float) -> Sequence[Compared]:
    """Return those that no other is shown to be ahead of, by more than the margin."""
    return [line for line in lines if not any(ahead(other, line, margin) for other in lines)]


def ahead(other: Compared, line: Compared, margin: float) -> bool:
    """Tell whether another is ahead of a line: the intervals do not meet, nor is it too little.

    The baseline is a point at 1.
    """
    low, high = other.low or 1.0, line.high or 1.0
    gap = math.log((other.ratio or 1.0) / (line.ratio or 1.0))
    return low > high and gap > math.log1p(margin)
