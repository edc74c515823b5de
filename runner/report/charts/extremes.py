"""A picture in a sentence, for those who cannot see it: the least and the most in it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from runner.messages import message
from runner.report.charts.palette import in_order
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
    leak: float
    where: Sequence[Message]
    """What tells it from the others, and its warning."""
    flawed: bool
    """It has a warning."""

    @property
    def words(self) -> Message:
        """The value with its cell."""
        where = message("caption.words", words=self.where)
        return message("extremes.point", value=self.value, adapter=self.adapter, where=where)


def extremes(topic: Topic) -> Iterator[Message]:
    """Yield the least and the most of the first measure of a chart, unless it shows one cell only.

    Cells whose clients starve or fail are left aside, and named in a sentence of their own: they
    look good. Where clients leak, each probability to leak has its least and its most.
    """
    every = sorted(_points(topic), key=lambda point: point.value)
    measure = topic.chart.measures[0]
    quantity = measure.quantity or measure.axis
    if len(topic.leaks) > 1:
        if parts := list(_by_leak(topic, every)):
            yield message("extremes.by_leak", quantity=quantity, parts=parts)
        return
    sound = [point for point in every if not point.flawed]
    points = sound if len(sound) > 1 else every
    if len(points) > 1:
        least, most = points[0].words, points[-1].words
        yield message("extremes.between", quantity=quantity, least=least, most=most)
        if len(points) < len(every):
            names = in_order(point.adapter for point in every if point.flawed)
            yield message("extremes.aside", adapters=names)


def _by_leak(topic: Topic, points: Sequence[Point]) -> Iterator[Message]:
    """Yield the least and the most of each probability to leak that has a point."""
    for leak in topic.leaks:
        values = [point.value for point in points if point.leak == leak]
        if values:
            yield message("extremes.of_leak", leak=f"{leak:g}", values=[values[0], values[-1]])


def _points(topic: Topic) -> Iterator[Point]:
    for facet in topic.facets:
        for value in facet.values:
            for leak in topic.leaks:
                yield from _of(topic, facet, value, leak)


def _of(topic: Topic, facet: Facet, value: Any, leak: float) -> Iterator[Point]:
    """Yield the cells of all adapters at a value."""
    measure, where = topic.chart.measures[0], [topic.heading(facet, value)]
    for adapter in facet.adapters:
        cell = facet.cell(adapter, value, leak)
        said = warning(cell) if measure.scale != "percent" else None  # there it is the figure
        if mark := measure.mark(cell):
            words = [*where, said] if said else where
            yield Point(mark.whiskers[0].median, adapter, leak, words, flawed=said is not None)
