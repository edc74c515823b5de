"""The sizes of a pool that were measured side by side: which are enough, and which are not.

Numbers of processes are judged alike.

Each is held against every other, not only against the baseline, because any may be the best. The
intervals are as sure as those of verdicts: what is said of the best holds if those of the true best
do, which are one less than there are sizes. J. C. Hsu: Simultaneous Confidence Intervals for All
Distances from the "Best". Annals of Statistics 9, 1981.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from runner.analysis.comparison import Sureness, with_estimate
from runner.analysis.estimate import Sides
from runner.analysis.intervals import interval, ratio_of
from runner.analysis.judgement import judged
from runner.analysis.midmean import FEWEST_ROUNDS
from runner.analysis.refusals import Entry
from runner.analysis.report import Compared
from runner.analysis.verdict import Verdict
from runner.metrics import MILLISECONDS, TOTAL_P99, Better
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.messages import Message
    from runner.metrics import Metric
    from runner.results.row import Row
    from runner.results.rows import Rows


class Enough(Enum):
    """The judgement on a size."""

    YES = "yes"
    NO = "no"
    OPEN = "open"
    """The intervals are too wide, there are none, or they are not believed."""


@dataclass(frozen=True)
class Tail:
    """The p99 over the rounds, in milliseconds, with its interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Size:
    """One size of a pool, or one number of processes."""

    number: int
    rows: Mapping[int, Row]
    """Round -> row."""
    level: float
    """The confidence of the interval of its p99."""

    @property
    def processes(self) -> int:
        """The processes that have a pool of this size each."""
        return next(iter(self.rows.values())).conditions.processes

    @cached_property
    def flaw(self) -> Message | None:
        """The reason why it does not serve every client; None where it does."""
        return Entry(self.rows).flaw

    @cached_property
    def tail(self) -> Tail | None:
        """The geometric mean of the p99; None below three rounds that have one."""
        times = [time for row in self.rows.values() if (time := getattr(row, TOTAL_P99.column))]
        if len(times) < FEWEST_ROUNDS:
            return None
        logs = interval([math.log(time) for time in times], self.level)
        return Tail(ratio_of(logs.mean), ratio_of(logs.low), ratio_of(logs.high))

    def keeps(self, longest_p99: float | None) -> Enough:
        """Tell whether it serves every client, with a p99 of at most so many seconds."""
        if self.flaw:
            return Enough.NO
        if longest_p99 is None:
            return Enough.YES
        if self.tail is None or self.tail.low <= longest_p99 * MILLISECONDS < self.tail.high:
            return Enough.OPEN
        return Enough.YES if self.tail.high <= longest_p99 * MILLISECONDS else Enough.NO

    @property
    def per_second(self) -> float:
        """The operations per second, a mean over the rounds."""
        return _mean([row.ops_per_s for row in self.rows.values()])

    @property
    def held_ms(self) -> float:
        """The time for which an operation has its connection, its release included."""
        uses = [row.use_ms_mean for row in self.rows.values()]
        return _mean(uses) + _mean([row.release_ms_mean for row in self.rows.values()])

    @property
    def busy(self) -> float:
        """The connections that are out at once, on average: Little's law."""
        return self.per_second * self.held_ms / MILLISECONDS

    @property
    def arriving(self) -> float:
        """The operations that arrive in a second; 0 in a closed loop."""
        return _mean([row.rate_per_s for row in self.rows.values()])

    @property
    def asked(self) -> float:
        """The connections that all arrivals would keep busy, those that were not served too."""
        return self.arriving * self.held_ms / MILLISECONDS


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else 0.0


@dataclass(frozen=True)
class Sizes:
    """The sizes of one group, the smallest first."""

    every: Sequence[Size]
    whole: Rows
    metric: Metric | None
    """That in which a size must not be worse than the best; None where only a limit counts."""
    sureness: Sureness
    margin: float
    longest_p99: float | None = None
    """In seconds; None is any."""

    @cached_property
    def verdicts(self) -> Mapping[int, Enough]:
        """Size -> the judgement on it."""
        return {size.number: self.judge(size) for size in self.every}

    def judged(self, judgement: Enough) -> Sequence[Size]:
        """Return the sizes of a judgement."""
        return [size for size in self.every if self.verdicts[size.number] is judgement]

    @property
    def smallest(self) -> Size | None:
        """The smallest that is enough."""
        return next(iter(self.judged(Enough.YES)), None)

    @property
    def need_more(self) -> bool:
        """The smallest that is enough is the best and the largest: a larger one may do better."""
        is_best = self.smallest is self.best and self.metric is not None
        return is_best and self.smallest is self.every[-1]

    @cached_property
    def possible(self) -> Sequence[Size]:
        """Those that are not shown to break the limit: one of them is the best."""
        return [size for size in self.every if size.keeps(self.longest_p99) is not Enough.NO]

    @cached_property
    def best(self) -> Size | None:
        """The best that was measured, by the estimates; where only a limit counts, by p99."""
        if not self.possible:
            return None
        metric = self.metric or TOTAL_P99
        logs = {size.number: self._ahead(size, metric) for size in self.possible}
        return max(self.possible, key=lambda size: logs[size.number])

    def _ahead(self, size: Size, metric: Metric) -> float:
        """Return how far a size is ahead of the smallest possible one, on the logarithm."""
        first = self.possible[0]
        if size is first:
            return 0.0
        ratio = self._against(size, first, metric).ratio
        if not ratio:
            return -math.inf
        return math.log(ratio) if metric.better is Better.HIGHER else -math.log(ratio)

    @property
    def needs_tails(self) -> bool:
        """A size is judged by its p99, alone or too."""
        return self.longest_p99 is not None or self.metric is TOTAL_P99

    def against(self, size: Size, other: Size) -> Compared | None:
        """Hold a size against another; None where only the limit counts."""
        return self._against(size, other, self.metric) if self.metric else None

    def judge(self, size: Size) -> Enough:
        """Tell whether a size is enough: it keeps the limit, and none is better by the margin."""
        kept = size.keeps(self.longest_p99)
        if kept is Enough.NO or self.metric is None:
            return kept
        if self.better(size):
            return Enough.NO
        near = all(self._near(self._against(size, it, self.metric)) for it in self._others(size))
        return Enough.YES if near and kept is Enough.YES else Enough.OPEN

    def better(self, size: Size) -> Size | None:
        """Return a size that is shown to be better and keeps the limit: the best if it is one."""
        if self.metric is None:
            return None
        keeping = [it for it in self._others(size) if it.keeps(self.longest_p99) is Enough.YES]
        shown = [it for it in keeping if self._against(size, it, self.metric).verdict.worse]
        return self.best if self.best in shown else next(iter(shown), None)

    def _others(self, size: Size) -> Sequence[Size]:
        return [it for it in self.possible if it is not size]

    def _near(self, line: Compared) -> bool:
        """Tell whether a size is shown to be at most the margin worse than another."""
        if line.low is None or line.high is None or line.verdict is Verdict.UNDECIDED:
            return False
        higher = self.metric is not None and self.metric.better is Better.HIGHER
        return 1 / line.low <= 1 + self.margin if higher else line.high <= 1 + self.margin

    @cached_property
    def _known(self) -> dict[tuple[int, int, str], Compared]:
        """What was concluded already: each pair is asked for several times."""
        return {}

    def _against(self, size: Size, other: Size, metric: Metric) -> Compared:
        key = size.number, other.number, metric.column
        if key not in self._known:
            self._known[key] = self._concluded(size, other, metric)
        return self._known[key]

    def _concluded(self, size: Size, other: Size, metric: Metric) -> Compared:
        estimate = Sides(size.rows, other.rows, {}).estimate(
            metric, self.whole, self.sureness.level
        )
        row = next(iter(size.rows.values()))
        line = Compared(
            conditions=row.cell.common,
            metric=metric.column,
            entrant=row.entrant,
            role=Role.ADAPTER,
            pooled=row.pooled,
            baseline=next(iter(other.rows.values())).entrant,
            rounds=len(estimate.logs),
            ratio=estimate.ratio if estimate.logs else None,
            family=self.sureness.family,
        )
        return judged(with_estimate(line, estimate, self.sureness), self.margin)
