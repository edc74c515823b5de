"""Pictures in which every adapter is a line along an axis of the matrix."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.ticker import (
    FixedFormatter,
    FixedLocator,
    FuncFormatter,
    LogLocator,
    MaxNLocator,
    NullLocator,
)

from runner.messages import message
from runner.report.catalogue import text
from runner.report.charts.frame import framed
from runner.report.charts.grid import HEADING, MARGIN, NO_HEADING, Grid
from runner.report.charts.layout import DAGGER, daggered
from runner.report.charts.lettering import title, write
from runner.report.charts.palette import Shape
from runner.report.charts.style import INK, LIMIT_LINE, shaped
from runner.report.charts.whiskers import whiskers
from runner.report.formats import number, tick
from runner.roles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from runner.report.charts.chart import Mark
    from runner.report.charts.facet import Facet
    from runner.report.charts.palette import Look
    from runner.report.charts.rounds import Rounds
    from runner.report.charts.topic import Topic

LEFT = MARGIN + 0.72
"""Room for the numbers of the scale. Inches."""
UNDER_WORDS = 1.1
"""The factor over the highest mark that leaves room for the words of a limit that is far above."""
NARROW = 8
"""The factor between the ends of a scale under which 1, 2 and 5 are too few ticks."""
SPREAD, BEYOND = 0.25, 0.35
"""The room of the adapters at a value, and that at both ends, as shares of the way to the next
value."""


def draw_lines(topic: Topic) -> Figure | None:
    """Return a page with a panel for each setting, all with the same scale; None without lines."""
    ends = topic.ends
    if not ends:
        return None
    several = len(topic.facets) > 1
    single = [place for place, it in enumerate(topic.facets) if len(it.values) == 1]
    height = 2.4 if several else 3.4
    above = HEADING if any(text(topic.heading(it)) for it in topic.facets) else NO_HEADING
    grid = Grid(1, len(topic.facets), height, LEFT, most=3, above=above, narrow=single)
    figure, axes = framed(topic, [_key(topic, name) for name in topic.looks], grid)
    pairs = list(zip(axes, topic.facets, strict=True))
    for (it, facet), (*_, across) in zip(pairs, grid.places(), strict=True):
        _panel(it, facet, topic, across, ends)
    highest = max(_limit(it, facet, topic, ends[1]) for it, facet in pairs)
    for it, (x, *_) in zip(axes, grid.places(), strict=True):
        it.set_ylim(ends[0], highest * 1.06 or 1)
        it.tick_params(axis="y", labelleft=x == grid.left)
        it.set_ylabel(text(topic.chart.measures[0].axis) if x == grid.left else "")
    return figure


def _key(topic: Topic, adapter: str) -> Artist:
    cells = [cell for facet in topic.facets for cell in _cells(facet, adapter, topic)]
    left_out = any(cell.left_out for cell in cells)
    look = topic.looks[adapter]
    how = {**shaped(Shape(5.5), look), "linestyle": look.line}
    return Line2D([], [], label=daggered(adapter, left_out=left_out), **how)


def _cells(facet: Facet, adapter: str, topic: Topic) -> list[Rounds]:
    return [facet.cell(adapter, value, topic.leaks[0]) for value in facet.values]


def _panel(axes: Axes, facet: Facet, topic: Topic, room: float, ends: tuple[float, float]) -> None:
    """Draw a line for each adapter; `ends` are those of the scale."""
    places = [facet.along.place(value) for value in facet.values]
    ways = (after / before for before, after in pairwise(places) if after > before)
    step = min(ways, default=2)
    _scale(axes, facet, places, step)
    if topic.chart.measures[0].scale == "log":
        logarithmic(axes, ends)
    title(axes, topic.heading(facet), room)
    for place, adapter in enumerate(topic.looks):
        aside = step ** (SPREAD * ((place + 0.5) / len(topic.looks) - 0.5))
        at = [it * aside for it in places]
        _line(axes, at, facet, adapter, topic)
        for x, cell, mark in _marked(at, facet, adapter, topic):
            if cell.left_out:
                _dagger(axes, (x, mark.high if mark else ends[0]), topic.looks[adapter])


def _marked(
    at: Sequence[float], facet: Facet, adapter: str, topic: Topic
) -> Iterator[tuple[float, Rounds, Mark | None]]:
    """Yield each cell of a line with its place and its mark, if it has one."""
    for x, cell in zip(at, _cells(facet, adapter, topic), strict=True):
        yield x, cell, topic.chart.measures[0].mark(cell)


def _line(axes: Axes, at: Sequence[float], facet: Facet, adapter: str, topic: Topic) -> None:
    """Draw a line, broken where a cell has no mark."""
    look, marked = topic.looks[adapter], list(_marked(at, facet, adapter, topic))
    middle = [mark.whiskers[0].median if mark else math.nan for _, _, mark in marked]
    axes.plot(at, middle, color=look.colour, linestyle=look.line, linewidth=1.4, label=adapter)
    for x, _, mark in marked:
        if mark:
            ((y, shape),) = mark.dots
            axes.plot(x, y, zorder=4, clip_on=False, **shaped(shape, look))
            whiskers(axes, (x, y), look.colour, yerr=mark.whiskers[0])


def _limit(axes: Axes, facet: Facet, topic: Topic, highest: float) -> float:
    """Draw the server's own limit and return where the panel ends.

    One that is far above every mark is written at the upper edge: a line for it would leave the
    adapters, which are compared, a third of the height.
    """
    limit = topic.limit(facet)
    if not limit:
        return highest
    dagger, far = bool(facet.limit.left_out), topic.is_beyond(facet)
    figures = message("limit.figures", program=LIMIT, figures=[number(limit.median)])
    words = text(message("limit.beyond", figures=figures) if far else figures)
    where: Any = axes.transAxes if far else axes.get_yaxis_transform()
    place: Any = {"xycoords": where, "ha": "right", "va": "top" if far else "bottom"}
    at = 1.0 if far else limit.median
    write(axes, daggered(words, left_out=dagger), (1, at), color=INK, **place)
    if far:
        return highest * UNDER_WORDS
    axes.axhline(limit.median, zorder=1.5, label=LIMIT, **LIMIT_LINE)
    return max(highest, limit.median * 1.08)


def _dagger(axes: Axes, place: tuple[float, float], look: Look) -> None:
    above: Any = {"textcoords": "offset points", "ha": "center", "size": 9, "weight": "bold"}
    axes.annotate(DAGGER, place, (0, 2), color=look.colour, **above)


def _scale(axes: Axes, facet: Facet, places: Sequence[float], step: float) -> None:
    """Let equal factors be equal distances, so that the few are not crowded by the many."""
    axes.set_xscale("log")
    beyond = step ** (BEYOND if len(places) > 1 else SPREAD)
    axes.set_xlim(places[0] / beyond, places[-1] * beyond)
    axes.set_xlabel(text(message("along.logarithmic", axis=facet.along.label)))
    axes.xaxis.set_major_locator(FixedLocator(places))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FixedFormatter(list(map(facet.along.tick, facet.values))))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axes.grid(visible=True, axis="y")


def logarithmic(axes: Axes, ends: tuple[float, float]) -> None:
    """Let equal factors be equal distances upwards too, so that one long time flattens no line."""
    axes.set_ylim(ends)  # first: matplotlib finds no such scale for zeros alone
    axes.set_yscale("log")
    narrow = ends[1] < NARROW * ends[0]
    locator = MaxNLocator(6, steps=(1, 2, 5, 10)) if narrow else LogLocator(subs=(1, 2, 5))
    axes.yaxis.set_major_locator(locator)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
