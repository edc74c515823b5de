"""A picture in a sentence, for those who cannot see it: the least and the most in it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from runner.messages import message
from runner.report.charts.warning import warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.messages import Message
    from runner.report.charts.chart import Chart
    from runner.report.charts.facet import Facet


class Topic(Protocol):
    """A chart with the cells that it shows."""

    @property
    def chart(self) -> Chart:
        """The chart."""

    @property
    def facets(self) -> Sequence[Facet]:
        """The rows of each setting."""

    @property
    def leaks(self) -> Sequence[float]:
        """The probabilities to leak that are shown."""

    def heading(self, facet: Facet, value: Any = None) -> Message:
        """Say what tells the cells at a value of a setting from the others."""


@dataclass(frozen=True)
class Point:
    """The middle over the rounds of one cell, and what the cell is."""

    value: float
    adapter: str
    where: Sequence[Message]
    """What tells it from the others, and its warning."""

    @property
    def words(self) -> Message:
        """The value with its cell."""
        where = message("caption.words", words=self.where)
        return message("extremes.point", value=self.value, adapter=self.adapter, where=where)


def extremes(topic: Topic) -> Iterator[Message]:
    """Yield a sentence on the first measure of a chart; nothing where it shows one cell."""
    points = sorted(_points(topic), key=lambda point: point.value)
    if len(points) > 1:
        measure = topic.chart.measures[0]
        least, most = points[0].words, points[-1].words
        quantity = measure.quantity or measure.axis
        yield message("extremes.between", quantity=quantity, least=least, most=most)


def _points(topic: Topic) -> Iterator[Point]:
    for facet in topic.facets:
        for value in facet.values:
            for leak in topic.leaks:
                yield from _of(topic, facet, value, leak)


def _of(topic: Topic, facet: Facet, value: Any, leak: float) -> Iterator[Point]:
    """Yield the cells of all adapters at a value."""
    measure, where = topic.chart.measures[0], [topic.heading(facet, value)]
    if len(topic.leaks) > 1:
        where.append(message("chart.leaks", leaks=[f"{leak:g}"]))
    for adapter in facet.adapters:
        cell = facet.cell(adapter, value, leak)
        said = warning(cell) if measure.scale != "percent" else None  # there it is the figure
        if mark := measure.mark(cell):
            yield Point(mark.whiskers[0].median, adapter, [*where, *([said] if said else [])])
