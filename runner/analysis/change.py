"""The changes from some runs to others: a line for each cell of both sides and metric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analysis.intervals import pooled_reach
from runner.analysis.refusals import DISTURBED, LEAKS
from runner.messages import message
from runner.metrics import COST, SHARE_OF_LIMIT, SPEED, TOTAL_MEAN, TOTAL_P99

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analysis.verdict import Verdict
    from runner.messages import Message

ANCHORED = (SHARE_OF_LIMIT, COST)
"""The metrics that have something to be held against inside each run (METHOD 18)."""
ABSOLUTE = (SPEED, TOTAL_MEAN, TOTAL_P99)
"""The metrics that another machine, or another day, changes too: no verdict rests on them."""
COMPARABLE = {metric.column: metric for metric in (*ANCHORED, *ABSOLUTE)}
UNSTEADY = (LEAKS.id, DISTURBED.id)
"""The reasons of cells that change as they run."""
LEAST_RUNS = 2
"""The runs of a side from which on their own variance is known (METHOD 23)."""

GOOD_RUNS = 5
"""The runs of a side from which on one more narrows the intervals by little."""


@dataclass(frozen=True)
class Change:
    """One metric of one cell, in the runs B against the runs A. None is an empty field."""

    cell: str
    metric: str
    """`share_of_limit`, or a column of `cells.csv`."""
    runs_a: int
    """The runs of A that have the cell."""
    runs_b: int
    ratio: float | None = None
    """The geometric mean of B against that of A: each run is one value, that of its rounds."""
    low: float | None = None
    """With `high`: over the runs, an interval of 95 % for all that is judged together; from one run
    each, a plain one of 95 % over the rounds of these two."""
    high: float | None = None
    verdict: Verdict | None = None
    """None where nothing is concluded: from one run each, and of absolute figures."""
    reason: Message | None = None
    """The reason why it is not compared."""

    @property
    def unsteady(self) -> bool:
        """Clients leak in the cell, or it has a fault: nothing compares it."""
        return self.reason is not None and any(map(self.reason.mentions, UNSTEADY))

    @property
    def repeated(self) -> bool:
        """Each side has runs enough to know what runs of the same code differ by."""
        return min(self.runs_a, self.runs_b) >= LEAST_RUNS

    @property
    def judged(self) -> bool:
        """An interval over runs is there, of a metric that a verdict may rest on."""
        return self.low is not None and self.repeated and COMPARABLE[self.metric] in ANCHORED

    @property
    def words(self) -> Message:
        """The whole line: `-12.3 % [-14.0 %, -10.6 %] slower`."""
        if self.reason:
            return message("line.refused", reason=self.reason)
        if self.verdict:
            return message("line.judged", span=self._figures, verdict=self.verdict.value)
        if COMPARABLE[self.metric] in ABSOLUTE:
            return message("change.absolute", change=self._figures)
        return self._figures

    @property
    def _figures(self) -> Message:
        if self.low is None:
            return message("change.ratio", ratio=self.ratio)
        if self.repeated:
            return message("change.span", ratio=self.ratio, low=self.low, high=self.high)
        return message("change.within", ratio=self.ratio, low=self.low, high=self.high)


@dataclass(frozen=True)
class Lack:
    """The cells that others have and these runs do not."""

    runs: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class RunComparison:
    """The runs of two sides together: what has changed, and what some of them lack."""

    changes: tuple[Change, ...]
    lacks: tuple[Lack, ...]
    limitless: tuple[str, ...]
    """The runs that have no limit."""
    runs_a: int
    runs_b: int
    confidence: float
    """Of each interval over runs: all that are judged together have 95 %."""
    margin: float
    """As a share: 0.03 is 3 %."""

    @property
    def repeated(self) -> bool:
        """Each side has runs enough for verdicts."""
        return min(self.runs_a, self.runs_b) >= LEAST_RUNS

    @property
    def narrower(self) -> float | None:
        """The width that intervals would have with `GOOD_RUNS` a side, as a share of today's.

        None where there are no intervals over runs, or that many already.
        """
        if not self.repeated or min(self.runs_a, self.runs_b) >= GOOD_RUNS:
            return None
        now, then = ((self.runs_a, self.runs_b), (GOOD_RUNS, GOOD_RUNS))
        return pooled_reach(*then, self.confidence) / pooled_reach(*now, self.confidence)

    def findings(self) -> Iterator[Message]:
        """Yield what is to be read before the figures: what they cannot say."""
        if not self.repeated:
            yield message("runs.one_of_a_side")
        elif self.runs_a != self.runs_b:
            yield message("runs.unequal", a=self.runs_a, b=self.runs_b)
        if self.limitless:
            yield message("runs.no_limit", runs=self.limitless)
        for lack in self.lacks:
            yield message("runs.lack", runs=lack.runs, cells=lack.cells)
