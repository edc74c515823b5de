"""Pictures of the ratios to the baseline: a band for each group, a column for each metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from runner.messages import message
from runner.report.catalogue import text
from runner.report.charts.frame import framed
from runner.report.charts.grid import Grid
from runner.report.charts.lettering import NOTE, title, width, write
from runner.report.charts.palette import Shape
from runner.report.charts.rounds import Spread
from runner.report.charts.rows import HEIGHT, name_rows, room_for_names
from runner.report.charts.style import ANY_ADAPTER, BAND, GREY, INK, NOISE_LINE, shaped
from runner.report.charts.ticks import ticks
from runner.roles import CONTROL

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from runner.report.charts.entry import Entry
    from runner.report.charts.forest import Forest, Panel
    from runner.report.charts.layout import Row
    from runner.report.charts.palette import Look

MEAN: dict[str, Any] = {"color": GREY, "linestyle": "none", "marker": "x", "markersize": 4}
MEAN_LABEL = "mean"
"""Of the marks in every row; no adapter's."""


def draw_ratios(forest: Forest) -> Figure:
    """Return a page with a band for each group and a column for each metric."""
    lines, columns = forest.rows, len(forest.metrics)
    height = HEIGHT * (1 - lines[-1].y)
    grid = Grid(1, len(forest.panels), height, room_for_names(lines), most=columns)
    figure, axes = framed(forest, _keys(forest), grid)
    for it, panel, (x, _, across) in zip(axes, forest.panels, grid.places(), strict=True):
        name_rows(figure, it, lines, shown=x == grid.left)
        _scale(it, forest, panel, across)
        _ground(it, forest, panel)
        for row in lines:
            _draw_row(it, row, panel.entries[row], forest.span(panel.metric))
    return figure


def _keys(forest: Forest) -> list[Artist]:
    shown, not_shown = text(message("ratios.difference")), text(message("ratios.not_shown"))
    margin = text(message("ratios.margin", margin=forest.report.margin))
    noise = text(message("ratios.noise"))
    means = [Line2D([], [], label=text(message("ratios.means")), **MEAN)]
    return [
        Line2D([], [], label=shown, **shaped(Shape(), ANY_ADAPTER)),
        Line2D([], [], label=not_shown, **shaped(Shape(hollow=True), ANY_ADAPTER)),
        *means * forest.has_means,
        Patch(label=margin, facecolor=BAND, linewidth=0),
        *[Line2D([], [], label=noise, **NOISE_LINE)] * forest.has_control,
    ]


def _scale(axes: Axes, forest: Forest, panel: Panel, room: float) -> None:
    """Set the scale so that the words are right of everything drawn."""
    low, high = forest.span(panel.metric)
    same = [it for it in forest.panels if it.metric == panel.metric]
    words = [text(entry.words) for it in same for entry in it.entries.values() if entry.spread]
    share = 1 - min(0.6, (max(width(it, NOTE) for it in words) + 0.12) / room)
    title(axes, panel.heading, room)
    axes.set_xscale("log")
    axes.set_xlim(low, low * (high / low) ** (1 / share))
    axes.xaxis.set_major_locator(FixedLocator(ticks((low, high), 0.3 / (share * room))))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.grid(visible=True, axis="x")
    axes.spines.bottom.set_bounds(low, high)
    label = text(panel.axis)
    axes.set_xlabel(label, loc="left", size=min(NOTE, NOTE * room / width(label, NOTE)))


def _ground(axes: Axes, forest: Forest, panel: Panel) -> None:
    """Draw what the dots are held against: equal, the margin and the noise."""
    margin = 1 + forest.report.margin
    axes.axvspan(1 / margin, margin, color=BAND, zorder=0.6, linewidth=0)
    axes.axvline(1, color=INK, linewidth=0.8, zorder=1.5)
    low, high = forest.span(panel.metric)
    for end in (panel.noise.low, panel.noise.high) if panel.noise else ():
        if low < end < high:
            axes.axvline(end, color=GREY, linestyle=":", linewidth=0.8, zorder=1.4)


def _draw_row(axes: Axes, row: Row, entry: Entry, span: tuple[float, float]) -> None:
    how: dict[str, Any] = {} if entry.shown else {"color": GREY}
    if entry.spread is None:
        how["style"] = "italic"
    else:
        _draw_spread(axes, row, entry.spread, span)
        shape = Shape(hollow=not entry.shown)
        at = entry.spread.median
        axes.plot(at, row.y, label=row.adapter, zorder=4, **shaped(shape, row.look))
        if entry.mean and span[0] <= entry.mean <= span[1]:
            axes.plot(entry.mean, row.y, label=MEAN_LABEL, zorder=3, **MEAN)
    right = axes.get_yaxis_transform()
    write(axes, text(entry.words), (1, row.y), xycoords=right, ha="right", **how)


def _draw_spread(axes: Axes, row: Row, spread: Spread, span: tuple[float, float]) -> None:
    """Draw an interval as far as the scale goes."""
    seen = Spread(spread.median, max(spread.low, span[0]), min(spread.high, span[1]))
    if row.adapter == CONTROL:
        axes.hlines(row.y, seen.low, seen.high, **NOISE_LINE)
    elif spread.low < spread.high:
        _interval(axes, spread, seen, row)
    if seen.low > spread.low:
        _arrow(axes, (seen.low, row.y), row.look, forward=False)
    if seen.high < spread.high:
        _arrow(axes, (seen.high, row.y), row.look, forward=True)


def _interval(axes: Axes, whole: Spread, seen: Spread, row: Row) -> None:
    """Draw what is seen of an interval, with a stop at each end that is not cut off."""
    colour = row.look.colour
    axes.hlines(row.y, seen.low, seen.high, color=colour, linewidth=1.1)
    ends = [end for end in (seen.low, seen.high) if end in (whole.low, whole.high)]
    stop: Any = {"marker": "|", "markersize": 5, "linestyle": "none", "label": "stop"}
    axes.plot(ends, [row.y] * len(ends), color=colour, **stop)


def _arrow(axes: Axes, place: tuple[float, float], look: Look, *, forward: bool) -> None:
    """Point out of the scale."""
    how: Any = {"arrowstyle": "-|>", "color": look.colour, "shrinkA": 0, "shrinkB": 0}
    back = (-6 if forward else 6, 0)
    axes.annotate("", place, back, textcoords="offset points", arrowprops=how)
