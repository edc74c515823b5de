"""A chart with the rows that answer its question, and the words of its page. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from runner.axes import AXES
from runner.messages import message
from runner.metrics import SPEED
from runner.report.captions import apart, heading, shared, thinking
from runner.report.charts.extremes import extremes
from runner.report.charts.palette import in_order
from runner.report.charts.reach import ends, is_beyond
from runner.roles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.messages import Message
    from runner.report.charts.along import Along
    from runner.report.charts.chart import Chart
    from runner.report.charts.facet import Facet
    from runner.report.charts.palette import Look
    from runner.report.charts.rounds import Spread


@dataclass(frozen=True)
class Topic:
    """A chart, and the rows that answer its question."""

    chart: Chart
    title: str
    """The name of the run."""
    facets: Sequence[Facet]
    looks_of_run: Mapping[str, Look]
    """The look of every adapter of the run, so that it is the same in every picture."""

    @property
    def is_answered(self) -> bool:
        """The rows have something to say."""
        return any(self.chart.answers(facet) for facet in self.facets)

    @property
    def has_lines(self) -> bool:
        """Adapters are lines along an axis, and not rows."""
        return self.chart.x is not None and any(len(facet.values) > 1 for facet in self.facets)

    @property
    def question(self) -> Message:
        """The heading."""
        along = self.chart.question_along if self.has_lines else None
        return along(self.along) if along else self.chart.question

    @property
    def along(self) -> Along:
        """The axis whose values are side by side."""
        return self.facets[0].along

    @cached_property
    def looks(self) -> dict[str, Look]:
        """The look of every adapter that has a row, in order."""
        names = in_order(name for facet in self.facets for name in facet.adapters)
        return {name: self.looks_of_run[name] for name in names}

    @cached_property
    def leaks(self) -> list[float]:
        """The probabilities to leak that are shown: all, or only the least."""
        leaks = sorted({leak for facet in self.facets for leak in facet.leaks})
        return leaks if self.chart.every_leak else leaks[:1]

    def heading(self, facet: Facet, value: Any = None) -> Message:
        """Return the heading of a panel: what tells it from the others."""
        others = (other.setting for other in self.facets)
        words = None if value is None else AXES[facet.along.axis].phrase(value)
        return heading(facet.setting, others, words)

    @cached_property
    def ends(self) -> tuple[float, float] | None:
        """Both ends of all marks of the first measure, with 0 or, on a log scale, room below."""
        measure = self.chart.measures[0]
        cells = (
            facet.cell(adapter, value, self.leaks[0])
            for facet in self.facets
            for adapter in self.looks
            for value in facet.values
        )
        marks = [mark for cell in cells if (mark := measure.mark(cell))]
        return ends(marks, logarithmic=measure.scale == "log")

    def is_beyond(self, facet: Facet) -> bool:
        """Tell that the limit of a facet lies so far above its marks that it is only written."""
        limit = self.limit(facet)
        return limit is not None and is_beyond(limit, self.ends)

    def limit(self, facet: Facet) -> Spread | None:
        """Return the server's own limit, where this chart shows it."""
        shown = self.chart.shows_limit and not any(self.leaks)
        return facet.limit.spread(SPEED) if shown else None

    def shown(self) -> Iterator[Message]:
        """Yield what the picture shows, in a sentence."""
        return extremes(self)

    def small_print(self) -> list[Message]:
        """Return the caption: the source of the numbers, and the adapters that are left out."""
        words = list(shared((it.setting for it in self.facets), self.along.axis))
        words += thinking(row.conditions for facet in self.facets for row in facet.rows)
        if len(self.leaks) == 1 and self.leaks[0]:
            words.append(message("chart.leaks", leaks=[f"{self.leaks[0]:g}"]))
        return [
            message("chart.source", words=[self.title, *words]),
            message("chart.remarks", sentences=[self._rounds(), *self._remarks()]),
            *self.chart.notes(self.facets),
            *self._left_out(),
        ]

    def _rounds(self) -> Message:
        """Say of how many rounds the marks are: cells may be measured in fewer than the run has."""
        cells = (cell for facet in self.facets for cell in facet.cells(self.leaks))
        counts = [cell.planned for cell in cells]
        if min(counts) < max(counts):
            return message("chart.rounds_between", least=min(counts), most=max(counts))
        return message("chart.rounds", count=max(counts))

    def _remarks(self) -> Iterator[Message]:
        yield self.chart.remark
        if self.has_lines and len(self.looks) > 1:
            yield message("lines.aside")
        if any(map(self.is_beyond, self.facets)):
            yield message("limit.far", program=LIMIT)

    def _left_out(self) -> Iterator[Message]:
        among = [facet.setting for facet in self.facets]
        for facet in self.facets:
            where = apart(facet.setting, among)
            yield from facet.left_out(self.leaks, where)
            if self.chart.shows_limit:
                yield from facet.limit_left_out(where)
