"""The order of the adapters of a group, as far as it is shown.

Their intervals hold together, so two adapters whose intervals do not meet differ, although each was
compared with the baseline only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analysis.verdict import Verdict
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
        return [
            line
            for line in self.decided
            if not any(_ahead(other, line, self.margin) for other in self.decided)
        ]


def ranking(standing: Standing, margin: float) -> Ranking:
    """Rank the adapters of a group that serve every client."""
    lines = [
        standing.lines[SPEED.column, adapter]
        for adapter in standing.adapters
        if not standing.flaw(adapter)
    ]
    decided = [line for line in lines if _decided(line)]
    return Ranking(standing, decided, [line for line in lines if not _decided(line)], margin)


def _decided(line: Compared) -> bool:
    if line.verdict is Verdict.BASELINE:
        return True
    return line.low is not None and line.verdict is not Verdict.UNDECIDED


def _ahead(other: Compared, line: Compared, margin: float) -> bool:
    """Tell whether another is ahead of a line: the intervals do not meet, nor is it too little.

    The baseline is a point at 1.
    """
    low, high = other.low or 1.0, line.high or 1.0
    gap = math.log((other.ratio or 1.0) / (line.ratio or 1.0))
    return low > high and gap > math.log1p(margin)
