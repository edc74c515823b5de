"""Pictures in which every adapter is a row: bars, dots, whiskers and words."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import offset_copy

from runner.messages import message
from runner.report.catalogue import text
from runner.report.charts.frame import framed
from runner.report.charts.grid import MARGIN, Grid
from runner.report.charts.layout import panels, rows
from runner.report.charts.lettering import LABEL, width, write
from runner.report.charts.palette import Fill, Shape
from runner.report.charts.scales import set_scale
from runner.report.charts.style import ANY_ADAPTER, GREY, INK, LIMIT_LINE, PALE, filled, shaped
from runner.report.charts.whiskers import whiskers
from runner.report.formats import number
from runner.roles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from runner.messages import Message
    from runner.report.charts.chart import Chart, Mark
    from runner.report.charts.layout import Panel, Row
    from runner.report.charts.topic import Topic

HEIGHT, IN_LANES = 0.22, 0.27
"""Of a row; of one whose dots lie one under the other. Inches."""
LANES = 0.54
"""The share of a row's height between its first lane and its last."""
MOST_FIGURES = 2
"""The number of limits that the legend has room for."""


def draw_rows(topic: Topic) -> Figure | None:
    """Return a page whose panels have a row for each adapter, None where there is no mark."""
    lines = rows(topic)
    shown = panels(topic, lines)
    if not any(panel.marks for panel in shown):
        return None
    blocks = len(topic.chart.measures)
    each = len(shown) // blocks
    in_lanes = any(len(mark.dots) > 1 for panel in shown for mark in panel.marks.values())
    height = (IN_LANES if in_lanes else HEIGHT) * (1 - lines[-1].y)
    left = room_for_names(lines)
    grid = Grid(blocks, each, height, left) if each > 1 else Grid(1, blocks, height, left)
    figure, axes = framed(topic, [*_keys(topic.chart, shown), *_limit_key(topic)], grid)
    for it, panel, (x, _, across) in zip(axes, shown, grid.places(), strict=True):
        name_rows(figure, it, lines, shown=x == grid.left)
        set_scale(it, panel, shown, across)
        for row in lines:
            _draw_row(it, panel, row)
        if panel.limit:
            it.axvline(panel.limit.median, zorder=1.5, label=LIMIT, **LIMIT_LINE)
    return figure


def room_for_names(lines: Sequence[Row]) -> float:
    """Return the inches that the names of the rows take."""
    return MARGIN + max(width(text(row.label), LABEL) for row in lines) + 0.25


def name_rows(figure: Figure, axes: Axes, lines: Sequence[Row], *, shown: bool) -> None:
    """Name the rows, and shade every other adapter so that the eye finds back to its name."""
    axes.set_ylim(lines[-1].y - 0.5, 0.5)
    axes.spines.left.set_visible(False)
    axes.tick_params(axis="y", length=0, pad=13)
    labels = [text(row.label) if shown else "" for row in lines]
    axes.set_yticks([row.y for row in lines], labels)
    beside = offset_copy(axes.get_yaxis_transform(), figure, x=-7, units="points")
    for place, (_, of_adapter) in enumerate(groupby(lines, key=lambda row: row.adapter)):
        first, *_, last = [*of_adapter] * 2
        if place % 2:
            axes.axhspan(first.y + 0.5, last.y - 0.5, color=PALE, zorder=0, linewidth=0)
        if shown:
            how = shaped(Shape(5), first.look)
            axes.plot(0, first.y, transform=beside, clip_on=False, **how)


def _keys(chart: Chart, shown: Sequence[Panel]) -> list[Artist]:
    """Return the legend of what occurs, in grey where an adapter's colour would be."""
    marks = [mark for panel in shown for mark in panel.marks.values()]
    used = {how for mark in marks for _, how in (*mark.bars, *mark.dots)}
    return [
        Patch(label=text(label), **filled(how, ANY_ADAPTER))
        if isinstance(how, Fill)
        else Line2D([], [], label=text(label), **shaped(how, ANY_ADAPTER))
        for label, how in chart.keys.items()
        if how in used
    ]


def _limit_key(topic: Topic) -> list[Artist]:
    """Return the legend of the server's own limit, with the figures where they are few."""
    limits = [(facet, limit) for facet in topic.facets if (limit := topic.limit(facet))]
    if not limits:
        return []
    label = message("limit.name", program=LIMIT)
    if len(limits) <= MOST_FIGURES:
        figures: list[Message | str] = [number(limit.median) for _, limit in limits]
        if len(topic.facets) > 1:
            figures = [
                message("limit.figure_of", figure=limit.median, where=topic.heading(facet))
                for facet, limit in limits
            ]
        label = message("limit.figures", program=LIMIT, figures=figures)
    if all(topic.is_beyond(facet) for facet, _ in limits):
        return [
            Line2D([], [], label=text(message("limit.beyond", figures=label)), linestyle="none")
        ]
    return [Line2D([], [], label=text(label), **LIMIT_LINE)]


def _draw_row(axes: Axes, panel: Panel, row: Row) -> None:
    mark, words = panel.marks.get(row), panel.words(row)
    if mark is None:
        left = axes.get_yaxis_transform()
        write(axes, words, (0, row.y), xycoords=left, color=GREY, style="italic")
        return
    _draw_mark(axes, mark, row)
    write(axes, words, (mark.high, row.y), color=INK)


def _draw_mark(axes: Axes, mark: Mark, row: Row) -> None:
    look, start = row.look, 0.0
    for length, fill in mark.bars:
        axes.barh(row.y, length, 0.66, start, label=row.adapter, **filled(fill, look))
        start += length
    lanes = [row.y + LANES * (0.5 - share) for share in _shares(len(mark.whiskers))]
    at = [dot for dot, _ in mark.dots]
    if at and at == sorted(at):
        axes.plot(at, lanes, color=look.colour, alpha=0.3, linewidth=1)
    for (dot, shape), y in zip(mark.dots, lanes, strict=False):  # bars have none
        axes.plot(dot, y, label=row.adapter, zorder=4, clip_on=False, **shaped(shape, look))
    for spread, y in zip(mark.whiskers, lanes, strict=True):
        colour = INK if mark.bars else look.colour
        whiskers(axes, (spread.median, y), colour, xerr=spread)


def _shares(lanes: int) -> list[float]:
    """Return the places of lanes in a row, 0 at its top: a whisker hides no mark but its own."""
    return [place / (lanes - 1) for place in range(lanes)] if lanes > 1 else [0.5]
