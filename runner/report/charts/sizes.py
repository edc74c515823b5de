"""Pictures of the sizes of a pool: each with its interval, and the smallest that is enough."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from runner.analysis.sizes import Enough
from runner.messages import message
from runner.report.catalogue import text
from runner.report.charts.frame import framed
from runner.report.charts.grid import MARGIN, NO_HEADING, SCALE, Grid
from runner.report.charts.lettering import write
from runner.report.charts.lines import logarithmic
from runner.report.charts.palette import Shape
from runner.report.charts.reach import LEAST_SHOWN
from runner.report.charts.style import ANY_ADAPTER, BAND, INK, LIMIT_LINE, shaped
from runner.report.charts.whiskers import whiskers
from runner.report.formats import tick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from runner.report.charts.size_pages import SizePage, SizePanel

LEFT = MARGIN + 0.72
"""Room for the numbers of the scale. Inches."""
HEIGHT = 2.1
"""Of a panel. Inches."""
SHAPES = {
    Enough.YES: Shape(7),
    Enough.OPEN: Shape(6, hollow=True),
    Enough.NO: Shape(6, "x"),
}
ASIDE = 1.12
"""The factor between what is drawn and the ends of a scale."""
LINEAR = 12
"""Up to that many times the smallest size the scale is linear, else the few would be crowded."""
GREEN = "#007A5A"
SMALLEST: dict[str, Any] = {"color": GREEN, "linewidth": 6, "alpha": 0.3, "zorder": 0.7}

MOST_LABELS = 16
"""The sizes that are written below the axis; of more, every second, third, ..."""


def draw_sizes(page: SizePage) -> Figure:
    """Return a page with a panel for each metric, one under the other."""
    panels = page.panels
    grid = Grid(len(panels), 1, HEIGHT, LEFT, between=SCALE, above=NO_HEADING)
    figure, axes = framed(page, _keys(page, panels), grid)
    for it, panel in zip(axes, panels, strict=True):
        _scale(it, panel, [size.number for size in page.sizes.every])
        _ground(it, page, panel)
        it.plot(*_middles(panel), color=ANY_ADAPTER.colour, linewidth=1, alpha=0.5, label="line")
        for point in panel.points:
            at = (point.size, point.spread.median)
            shape = SHAPES[point.judgement]
            it.plot(*at, label=point.judgement.value, zorder=4, **shaped(shape, ANY_ADAPTER))
            whiskers(it, at, ANY_ADAPTER.colour, yerr=point.spread)
    return figure


def _middles(panel: SizePanel) -> tuple[list[int], list[float]]:
    return [it.size for it in panel.points], [it.spread.median for it in panel.points]


def _keys(page: SizePage, panels: Sequence[SizePanel]) -> list[Artist]:
    used = {point.judgement for panel in panels for point in panel.points}
    words = {
        Enough.YES: message("sizes.enough"),
        Enough.OPEN: message("sizes.open"),
        Enough.NO: message("sizes.not_enough"),
    }
    keys: list[Artist] = [
        Line2D([], [], label=text(words[judgement]), **shaped(shape, ANY_ADAPTER))
        for judgement, shape in SHAPES.items()
        if judgement in used
    ]
    if any(panel.good for panel in panels):
        near = text(message("sizes.near", margin=page.sizes.margin))
        keys.append(Patch(label=near, facecolor=BAND, linewidth=0))
    return keys


def _scale(axes: Axes, panel: SizePanel, sizes: Sequence[int]) -> None:
    """Give every size its place, also one that has no value."""
    first, last = sizes[0], sizes[-1]
    if last <= LINEAR * first:
        aside = 0.35 * min((after - before for before, after in pairwise(sizes)), default=1)
        axes.set_xlim(first - aside, last + aside)
    else:
        axes.set_xscale("log")
        axes.set_xlim(first / 1.15, last * 1.15)
    low, high = panel.ends
    if panel.logarithmic:
        logarithmic(axes, (max(low, LEAST_SHOWN) / ASIDE, max(high, LEAST_SHOWN) * ASIDE))
    else:
        axes.set_ylim(low, high * ASIDE or 1)
    axes.set_xlabel(text(message("along.pool_size")))
    axes.set_ylabel(text(panel.axis))
    axes.xaxis.set_major_locator(FixedLocator(sizes[:: -(-len(sizes) // MOST_LABELS)]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axes.grid(visible=True, axis="y")


def _ground(axes: Axes, page: SizePage, panel: SizePanel) -> None:
    """Draw what the sizes are held against, and mark the smallest that is enough."""
    if panel.good:
        axes.axhspan(*panel.good, color=BAND, zorder=0.6, linewidth=0)
    if panel.limit is not None:
        axes.axhline(panel.limit, zorder=1.4, label="limit", **LIMIT_LINE)
        words = text(message("sizes.limit", limit=panel.limit))
        left: Any = {"xycoords": axes.get_yaxis_transform(), "va": "bottom"}
        write(axes, words, (0, panel.limit), color=INK, **left)
    size = page.sizes.smallest
    if size and not page.sizes.need_more:
        axes.axvline(size.number, label="smallest", **SMALLEST)
        words = text(message("sizes.smallest", count=size.number))
        left_of_it = size.number > page.sizes.every[len(page.sizes.every) // 2].number
        side = "right" if left_of_it else "left"
        bottom: Any = {"xycoords": axes.get_xaxis_transform(), "ha": side, "va": "bottom"}
        write(axes, words, (size.number, 0), color=GREEN, **bottom)
