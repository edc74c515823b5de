"""The sizes of a pool on a page: what each does, how surely, and which is enough. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analysis.answer.enough import of_sizes
from runner.analysis.answer.scope import Scope
from runner.analysis.answer.sized import sized
from runner.analysis.sizes import Enough
from runner.axes import ADAPTER, NAMING, title
from runner.messages import message
from runner.metrics import MILLISECONDS, SPEED, TOTAL_P99
from runner.report.captions import differing, thinking
from runner.report.charts.rounds import Spread
from runner.report.charts.selection import ending, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.analysis.report import Report
    from runner.analysis.sizes import Size, Sizes
    from runner.axes import Conditions
    from runner.messages import Message
    from runner.metrics import Metric
    from runner.results.rows import Rows

NAME = "sizes"
"""Of the file."""


@dataclass(frozen=True)
class Point:
    """A size in a panel."""

    size: int
    spread: Spread
    """Its value with the interval; both ends are the value where there is none."""
    judgement: Enough


@dataclass(frozen=True)
class SizePanel:
    """One metric of the sizes."""

    axis: Message
    points: Sequence[Point]
    good: tuple[float, float] | None = None
    """The values that are as good as the best, but for the margin; None where that is not asked."""
    limit: float | None = None
    """The most that is good enough."""
    logarithmic: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest that is drawn, 0 where the scale begins there."""
        high = max(*(point.spread.high for point in self.points), self.limit or 0.0)
        low = min(*(point.spread.low for point in self.points), self.limit or high)
        return (low if self.logarithmic else 0.0), high


@dataclass(frozen=True)
class SizePage:
    """The sizes of one group."""

    title: str
    """The name of the run."""
    conditions: Conditions
    sizes: Sizes

    question = message("sizes.question")

    @property
    def panels(self) -> Sequence[SizePanel]:
        """Operations per second, unless these are given, and the p99; without those of no size."""
        metrics = (TOTAL_P99,) if self.conditions.paced else (SPEED, TOTAL_P99)
        return [panel for panel in map(self._panel, metrics) if panel.points]

    def _panel(self, metric: Metric) -> SizePanel:
        every = [(size, self._spread(size, metric)) for size in self.sizes.every]
        points = [
            Point(size.number, spread, self._judgement(size)) for size, spread in every if spread
        ]
        if metric is SPEED:
            axis = message("throughput.axis", metric=metric.label)
            return SizePanel(axis, points, self._good(metric))
        axis = message("sizes.axis", metric=metric.label, unit=metric.unit)
        longest = self.sizes.longest_p99
        limit = None if longest is None else longest * MILLISECONDS
        return SizePanel(axis, points, self._good(metric), limit, logarithmic=True)

    def _judgement(self, size: Size) -> Enough:
        """Judge a size; where more may be better yet, none is known to be enough."""
        judged = self.sizes.verdicts[size.number]
        return Enough.OPEN if judged is Enough.YES and self.sizes.need_more else judged

    def _spread(self, size: Size, metric: Metric) -> Spread | None:
        """Return a value with the interval by which it is judged.

        That is of the ratio to the best where sizes are held against it in this metric, else of
        the p99 itself.
        """
        middle = _value(size, metric)
        if metric is self.sizes.metric:
            return self._beside_the_best(size, metric)
        if metric is TOTAL_P99 and size.tail:
            return Spread(size.tail.mean, size.tail.low, size.tail.high)
        return Spread(middle, middle, middle) if middle else None

    def _beside_the_best(self, size: Size, metric: Metric) -> Spread | None:
        best = self.sizes.best or self.sizes.every[-1]
        whole = _value(best, metric)
        if not whole or not _value(size, metric):
            return None
        line = None if size is best else self.sizes.against(size, best)
        ratio = line.ratio if line else 1.0
        if not ratio:
            return None
        low, high = (line.low, line.high) if line else (None, None)
        return Spread(whole * ratio, whole * (low or ratio), whole * (high or ratio))

    def _good(self, metric: Metric) -> tuple[float, float] | None:
        best = self.sizes.best
        if metric is not self.sizes.metric or best is None:
            return None
        value, margin = _value(best, metric), 1 + self.sizes.margin
        return (value / margin, value) if metric is SPEED else (value, value * margin)

    def shown(self) -> Iterable[Message]:
        """Return the answer."""
        return of_sizes(title(self.conditions), self.sizes)

    def small_print(self) -> list[Message]:
        """Return the source, and how the picture is to be read."""
        held = self.sizes.metric if self.sizes.best else None
        whiskers = [message("sizes.of_ratio", metric=held.column)] if held else []
        if held is not TOTAL_P99:
            whiskers.append(message("sizes.of_tail"))
        return [
            message("chart.source", words=[self.title, *thinking([self.conditions])]),
            message("sizes.whiskers", parts=whiskers),
        ]


def _value(size: Size, metric: Metric) -> float:
    """Return a value of a size over its rounds, 0 where it has none."""
    if metric is SPEED:
        return size.per_second
    return size.tail.mean if size.tail else 0.0


def size_pages(
    rows: Rows, report: Report, longest_p99: float | None, *, title: str
) -> Iterator[tuple[str, SizePage]]:
    """Yield a page for each group that compares sizes, with the name of its file."""
    groups = list(sized(Scope(rows, report), longest_p99))
    axes = differing((standing.conditions for standing, _ in groups), (ADAPTER, *NAMING[1:]))
    for standing, sizes in groups:
        page = SizePage(title, standing.conditions, sizes)
        words = [word(axis, getattr(standing.conditions, axis)) for axis in axes]
        if page.panels:
            yield NAME + ending(words), page
