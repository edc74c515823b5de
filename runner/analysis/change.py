"""The changes from one run to another: a line for each cell of both and metric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analysis.verdict import Verdict
from runner.messages import message
from runner.metrics import COST, SHARE_OF_LIMIT, SPEED, TOTAL_MEAN, TOTAL_P99

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.messages import Message

ANCHORED = (SHARE_OF_LIMIT, COST)
"""The metrics that have something to be held against inside each run (METHOD 18)."""
ABSOLUTE = (SPEED, TOTAL_MEAN, TOTAL_P99)
"""The metrics that another machine, or another day, changes too."""
COMPARABLE = {metric.column: metric for metric in (*ANCHORED, *ABSOLUTE)}


@dataclass(frozen=True)
class Change:
    """One metric of one cell, in B against A. None is an empty field."""

    cell: str
    adapter: str
    metric: str
    """`share_of_limit`, or a column of `cells.csv`."""
    rounds_a: int
    rounds_b: int
    ratio: float | None = None
    """The geometric mean over the rounds of B against that of A."""
    low: float | None = None
    """With `high`: a plain interval of 95 %."""
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    """After Holm over all cells of the metric."""
    verdict: Verdict = Verdict.NO_DIFFERENCE
    reason: Message | None = None
    """The reason why it is not compared."""

    @property
    def words(self) -> Message:
        """The whole line: `-12.3 % [-14.0 %, -10.6 %] slower`."""
        if self.verdict is Verdict.NOT_COMPARED:
            if self.ratio is None:
                return message("line.refused", reason=self.reason)
            return message("change.refused", ratio=self.ratio, reason=self.reason)
        span = message("change.span", ratio=self.ratio, low=self.low, high=self.high)
        if COMPARABLE[self.metric] in ANCHORED:
            return message("line.judged", span=span, verdict=self.verdict.value)
        return message("change.absolute", span=span, verdict=self.verdict.value)


@dataclass(frozen=True)
class RunComparison:
    """Two runs together: what has changed, and what only one of them has."""

    changes: tuple[Change, ...]
    only_a: tuple[str, ...]
    """Cells that B does not have."""
    only_b: tuple[str, ...]
    limitless: tuple[str, ...]
    """Which runs, of `A` and `B`, have no limit."""
    margin: float
    """As a share: 0.03 is 3 %."""

    def findings(self) -> Iterator[Message]:
        """Yield what is to be read before the figures: what could not be compared at all."""
        for run in self.limitless:
            yield message("runs.no_limit", run=run)
        if not self.changes:
            yield message("runs.nothing_in_common")
        for run, cells in (("A", self.only_a), ("B", self.only_b)):
            if cells:
                yield message("runs.only_in", run=run, cells=cells)
