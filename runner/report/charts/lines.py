"""Pictures in which every adapter is a line along an axis of the matrix."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from runner.messages import message
from runner.report.catalogue import text
from runner.report.charts.frame import framed
from runner.report.charts.grid import MARGIN, Grid
from runner.report.charts.layout import DAGGER, daggered
from runner.report.charts.lettering import title, write
from runner.report.charts.palette import Shape
from runner.report.charts.style import INK, LIMIT_LINE, shaped
from runner.report.charts.whiskers import whiskers
from runner.report.formats import number, tick
from runner.roles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from runner.report.charts.facet import Facet
    from runner.report.charts.palette import Look
    from runner.report.charts.rounds import Rounds
    from runner.report.charts.topic import Topic

LEFT = MARGIN + 0.72
"""Room for the numbers of the scale. Inches."""
SPREAD = 0.25
"""The distance between adapters at a value, as a share of the way to the next value."""


def draw_lines(topic: Topic) -> Figure | None:
    """Return a page with a panel for each setting, all with the same scale; None without lines."""
    several = len(topic.facets) > 1
    grid = Grid(1, len(topic.facets), 2.4 if several else 3.4, LEFT, most=3)
    figure, axes = framed(topic, [_key(topic, name) for name in topic.looks], grid)
    pairs = list(zip(axes, topic.facets, strict=True))
    highest = [_panel(it, facet, topic, grid.width) for it, facet in pairs]
    if max(highest) < 0:
        return None
    limits = [_limit(it, facet, topic) for it, facet in pairs]
    for it, (x, _) in zip(axes, grid.places(), strict=True):
        it.set_ylim(0, max(*highest, *limits) * 1.06 or 1)
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


def _panel(axes: Axes, facet: Facet, topic: Topic, room: float) -> float:
    """Draw a line for each adapter and return the highest point, -1 where there is none."""
    places = [facet.along.place(value) for value in facet.values]
    step = min((after / before for before, after in pairwise(places)), default=2)
    _scale(axes, facet, places, step)
    title(axes, topic.heading(facet), room)
    highest = -1.0
    for place, adapter in enumerate(topic.looks):
        aside = step ** (SPREAD * ((place + 0.5) / len(topic.looks) - 0.5))
        at = [it * aside for it in places]
        highest = max(highest, _line(axes, at, _cells(facet, adapter, topic), adapter, topic))
    return highest


def _line(
    axes: Axes, at: Sequence[float], cells: Sequence[Rounds], adapter: str, topic: Topic
) -> float:
    """Draw a line, broken where a cell has no mark, and return its highest point."""
    look, highest = topic.looks[adapter], -1.0
    marks = [topic.chart.measures[0].mark(cell) for cell in cells]
    middle = [mark.whiskers[0].median if mark else math.nan for mark in marks]
    axes.plot(at, middle, color=look.colour, linestyle=look.line, linewidth=1.4, label=adapter)
    for x, cell, mark in zip(at, cells, marks, strict=True):
        if mark:
            ((y, shape),) = mark.dots
            axes.plot(x, y, zorder=4, clip_on=False, **shaped(shape, look))
            whiskers(axes, (x, y), look.colour, yerr=mark.whiskers[0])
            highest = max(highest, mark.high)
        if cell.left_out:
            _dagger(axes, (x, mark.high if mark else 0), look)
    return highest


def _limit(axes: Axes, facet: Facet, topic: Topic) -> float:
    """Draw the server's own limit and return where its words end, 0 without it."""
    limit = topic.limit(facet)
    if not limit:
        return 0.0
    axes.axhline(limit.median, zorder=1.5, label=LIMIT, **LIMIT_LINE)
    words = text(message("limit.figures", program=LIMIT, figures=[number(limit.median)]))
    place: Any = {"xycoords": axes.get_yaxis_transform(), "ha": "right", "va": "bottom"}
    dagger = bool(facet.limit.left_out)
    write(axes, daggered(words, left_out=dagger), (1, limit.median), color=INK, **place)
    return limit.median * 1.08


def _dagger(axes: Axes, place: tuple[float, float], look: Look) -> None:
    above: Any = {"textcoords": "offset points", "ha": "center", "size": 9, "weight": "bold"}
    axes.annotate(DAGGER, place, (0, 2), color=look.colour, **above)


def _scale(axes: Axes, facet: Facet, places: Sequence[float], step: float) -> None:
    """Let equal factors be equal distances, so that the few are not crowded by the many."""
    axes.set_xscale("log")
    axes.set_xlim(places[0] / step**0.35, places[-1] * step**0.35)
    axes.set_xlabel(text(facet.along.label))
    axes.xaxis.set_major_locator(FixedLocator(places))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axes.grid(visible=True, axis="y")
