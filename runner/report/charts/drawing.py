"""Rows -> pictures, each of which answers a question. The only module that imports matplotlib.

Importing it takes a second: do it where pictures are drawn, never where cells are measured.
"""

from __future__ import annotations

import functools
import math
import textwrap
import warnings
from contextlib import contextmanager
from itertools import groupby, pairwise
from operator import truediv
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.textpath import TextPath
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator
from matplotlib.transforms import offset_copy

from runner.report.charts.forest import HEADINGS, forests, ticks
from runner.report.charts.forest import NAME as RATIOS
from runner.report.charts.layout import GAP, MARGIN, Grid, Panel, Row, Topic, panels, rows
from runner.report.charts.palette import Fill, Look, Shape, looks
from runner.report.charts.questions import CHARTS, Chart
from runner.report.charts.selection import Spread, pictures
from runner.report.formats import number, short, tick
from runner.roles import CONTROL, LIMIT, RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from runner.analysis.report import Report
    from runner.report.charts.forest import Entry, Forest
    from runner.report.charts.forest import Panel as RatioPanel
    from runner.report.charts.selection import Sheet
    from runner.results.rows import Rows
    from runner.results.run_folder import RunFolder

INK, GREY, PALE, BAND = "#222222", "#707070", "#F5F5F5", "#D8E4EE"
HEADING: dict[str, Any] = {"size": 12, "weight": "bold", "va": "top", "color": INK}
SMALL_PRINT: dict[str, Any] = {"size": 6.8, "va": "bottom", "color": GREY, "linespacing": 1.35}
STYLE: Any = {
    "font.family": "DejaVu Sans",  # it comes with matplotlib
    "font.size": 8,
    "text.parse_math": False,  # a name is a name, even with a $ in it
    "svg.hashsalt": "poolbench",
    "hatch.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.edgecolor": "#999999",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 7.5,
    "axes.labelcolor": INK,
    "xtick.labelsize": 7.5,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "legend.borderaxespad": 0,
    "legend.borderpad": 0,
}
LIMIT_LINE: dict[str, Any] = {"color": INK, "linestyle": (0, (6, 3)), "linewidth": 1}
HALO = (withStroke(linewidth=2, foreground="white"),)
"""Around words that a line may cross."""
NOISE_LINE: dict[str, Any] = {"color": "#B5B5B5", "linewidth": 4}
LINE, ROW = 0.15, 0.22
"""Height of a line of small print, and of a row of a panel. Inches."""


def draw(rows: Rows, folder: Path, *, title: str, report: Report | None = None) -> list[Path]:
    """Write every chart that the rows can answer, as PNG and as SVG, and return the files.

    Charts of an earlier drawing in that folder are removed. `title` is the name of the run; with
    its `report` the ratios to the baseline are drawn too, before all others. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.suffix in (".png", ".svg") and old.stem.partition("-")[0] in (RATIOS, *CHARTS):
            old.unlink()
    found = figures(rows, title=title, report=report)
    return [path for name, figure in found for path in _save(figure, folder / name)]


def draw_run(rows: Rows, report: Report, run_folder: RunFolder) -> list[Path]:
    """Draw the charts of a run into its folder. Raises OSError."""
    title = run_folder.path.resolve().name
    return draw(rows, run_folder.charts, title=title, report=report)


def figures(
    rows: Rows, *, title: str, report: Report | None = None
) -> Iterator[tuple[str, Figure]]:
    """Yield the charts that the rows can answer, not yet saved, with the names of their files."""
    everybody = {row.contender for row in rows.every}
    if report:
        everybody |= {line.contender for line in report.lines}
    company = looks(everybody - RESERVED)
    for name, forest in forests(report, company, title=title) if report else ():
        with _style():
            figure = _forest(forest)
        yield name, figure
    for name, chart in CHARTS.items():
        for ending, sheets in pictures(rows, chart.apart, chart.most_clients).items():
            with _style():
                answer = _figure(Topic(chart, title, sheets, company))
            if answer:
                yield name + ending, answer


def _save(figure: Figure, stem: Path) -> list[Path]:
    files = [stem.with_name(f"{stem.name}.{kind}") for kind in ("png", "svg")]
    with _style():
        for path, dates in zip(files, ({}, {"Date": None}), strict=True):
            figure.savefig(path, dpi=200, metadata=dates)
    return files


@contextmanager
def _style() -> Iterator[None]:
    """Draw as we do, whatever the user's settings are."""
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)  # it shows as a box
        yield


def _figure(topic: Topic) -> Figure | None:
    """Return the picture, None where the rows hold nothing for it."""
    if not topic.is_answered:
        return None
    return _lines(topic) if topic.is_over_clients else _rows(topic)


def _page(topic: Topic | Forest, keys: list[Artist], grid: Grid) -> tuple[Figure, list[Axes]]:
    """Return a figure with heading, legend and small print, and its panels, still empty."""
    lines = [line for text in topic.small_print() for line in _wrapped(text, grid.page)]
    columns = _columns([_width(str(key.get_label()), 8) + 0.5 for key in keys], grid.page)
    top = 0.75 + 0.19 * math.ceil(len(keys) / columns)
    depth = max(y for _, y in grid.places()) + grid.height
    height = top + depth + 0.5 + LINE * len(lines) + MARGIN
    figure = Figure(figsize=(grid.page, height))
    left = MARGIN / grid.page
    figure.text(left, 1 - MARGIN / height, topic.question, **HEADING)
    figure.text(left, MARGIN / height, "\n".join(lines), **SMALL_PRINT)
    _legend(figure, keys, (left, 1 - 0.43 / height), columns)
    size = grid.width / grid.page, grid.height / height
    axes = [
        figure.add_axes((x / grid.page, 1 - (top + y + grid.height) / height, *size))
        for x, y in grid.places()
    ]
    return figure, axes


def _wrapped(text: str, page: float) -> list[str]:
    share = (page - 2 * MARGIN) / _width(text, SMALL_PRINT["size"])
    return textwrap.wrap(text, int(share * len(text)))


def _columns(widths: list[float], page: float) -> int:
    """Return how many keys stand side by side: all, or as many of the widest as fit."""
    if sum(widths) <= page - MARGIN:
        return max(1, len(widths))
    return max(1, int((page - MARGIN) / max(widths)))


def _legend(figure: Figure, keys: list[Artist], place: tuple[float, float], columns: int) -> None:
    if keys:
        blank = [" "] * len(keys)  # a legend refuses labels that begin with _
        legend = figure.legend(keys, blank, loc="upper left", bbox_to_anchor=place, ncols=columns)
        for text, key in zip(legend.get_texts(), keys, strict=True):
            text.set_text(str(key.get_label()))


@functools.cache
def _width(text: str, size: float) -> float:
    """Return how wide a line of text is, in inches; a little more, as pixels round it up."""
    path = TextPath((0, 0), text or ".", size=size)
    return 1.04 * float(path.vertices[:, 0].max()) / 72


# --- adapters as rows -------------------------------------------------------------------------


def _rows(topic: Topic) -> Figure | None:
    """Return a page whose panels have a row for each adapter."""
    lines = rows(topic)
    shown = panels(topic, lines)
    if not any(panel.marks for panel in shown):
        return None
    blocks = len(topic.chart.measures)
    each = len(shown) // blocks
    left = MARGIN + max(_width(row.label, 8) for row in lines) + 0.25
    height = ROW * (1 - lines[-1].y)
    grid = Grid(blocks, each, height, left) if each > 1 else Grid(1, blocks, height, left)
    figure, axes = _page(topic, [*_keys(topic.chart, shown), *_limit_key(topic)], grid)
    for one, panel, (x, _) in zip(axes, shown, grid.places(), strict=True):
        _names(figure, one, lines, shown=x == grid.left)
        _scale(one, panel, shown, grid.width)
        for row in lines:
            _draw_row(one, panel, row)
        if panel.limit:
            one.axvline(panel.limit.median, zorder=1.5, label=LIMIT, **LIMIT_LINE)
    return figure


def _keys(chart: Chart, panels: list[Panel]) -> list[Artist]:
    """Return the legend of what occurs, in grey where an adapter's colour would be."""
    marks = [mark for panel in panels for mark in panel.marks.values()]
    used = {how for mark in marks for _, how in (*mark.bars, *mark.dots)}
    grey = Look("#555555", "o")
    return [
        Patch(label=label, **_filled(how, grey))
        if isinstance(how, Fill)
        else Line2D([], [], label=label, **_shaped(how, grey))
        for label, how in chart.keys.items()
        if how in used
    ]


def _limit_key(topic: Topic) -> list[Artist]:
    """Return the legend of what the server could have done, with the figures where they are few."""
    found = [
        (topic.heading(sheet), limit) for sheet in topic.sheets if (limit := topic.limit(sheet))
    ]
    if not found:
        return []
    figures = [number(limit.median) + f" ({where})" * bool(where) for where, limit in found]
    label = f"{LIMIT}, the limit"
    if len(figures) <= 2:  # noqa: PLR2004 - more do not fit into a line
        label += ": " + ", ".join(figures)
    return [Line2D([], [], label=label, **LIMIT_LINE)]


def _names(figure: Figure, axes: Axes, lines: list[Row], *, shown: bool) -> None:
    """Name the rows, and shade every other adapter so that the eye finds back to its name."""
    axes.set_ylim(lines[-1].y - 0.5, 0.5)
    axes.spines.left.set_visible(False)
    axes.tick_params(axis="y", length=0, pad=13)
    axes.set_yticks([row.y for row in lines], [row.label if shown else "" for row in lines])
    beside = offset_copy(axes.get_yaxis_transform(), figure, x=-7, units="points")
    for place, (_, some) in enumerate(groupby(lines, key=lambda row: row.adapter)):
        mine = list(some)
        if place % 2:
            axes.axhspan(mine[0].y + 0.5, mine[-1].y - 0.5, color=PALE, zorder=0, linewidth=0)
        if shown:
            how = _shaped(Shape(5), mine[0].look)
            axes.plot(0, mine[0].y, transform=beside, clip_on=False, **how)


def _scale(axes: Axes, panel: Panel, page: list[Panel], width: float) -> None:
    """Set the axis so that the marks, and the words after them, fit into the panel."""
    measure = panel.measure
    _title(axes, panel.heading, width)
    axes.set_xlabel(measure.axis)
    axes.grid(visible=True, axis="x")
    same = [one for one in page if one is panel or (measure.shared and one.measure is measure)]
    marks = [mark for one in same for mark in one.marks.values()]
    room = [1 - min(0.7, (_width(mark.words, 7) + 0.1) / width) for mark in marks]
    limits = [one.limit.high for one in same if one.limit]
    if not marks:
        axes.set_xticks([])
    elif measure.scale == "log":
        low = max(min(mark.low for mark in marks), 1e-6) / 2
        reach = [math.log10(max(mark.high, low) / low) for mark in marks]
        decades = 1.05 * max(map(truediv, reach, room))
        axes.set_xscale("log")
        axes.set_xlim(low, low * 10**decades)
        steps = (1,) if decades > 2 else (1, 2, 5)  # noqa: PLR2004 - two ticks are too few
        axes.xaxis.set_major_locator(LogLocator(subs=steps, numticks=int(width / 0.3)))
        axes.xaxis.set_minor_locator(NullLocator())
        # At the very end a label would run into that of the next panel.
        last = low * 10 ** (0.95 * decades)
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda value, place: _tick(value, place) if value < last else "")
        )
    else:
        least = 100 if measure.scale == "percent" else 0
        high = max(least, *limits, *map(truediv, (mark.high for mark in marks), room))
        axes.set_xlim(0, 1.02 * high or 1)
        ticks = FixedLocator([0, 25, 50, 75, 100]) if least else MaxNLocator(4, steps=(1, 2, 5, 10))
        axes.xaxis.set_major_locator(ticks)
        axes.xaxis.set_major_formatter(FuncFormatter(_tick))


def _title(axes: Axes, words: str, width: float) -> None:
    """Write the heading of a panel so that it does not reach into that of the next."""
    size = STYLE["axes.titlesize"]
    wide = 1.15 * _width(words, size)  # it is bold
    axes.set_title(words, size=min(size, size * (width + GAP / 2) / wide))


def _tick(value: float, _: object) -> str:
    return short(value) if value >= 10_000 else tick(value)  # noqa: PLR2004 - five digits are wide


def _draw_row(axes: Axes, panel: Panel, row: Row) -> None:
    mark, look = panel.marks.get(row), row.look
    if mark is None:
        cell = panel.cells[row]
        words = cell.silence + " †" * bool(cell.left_out)
        left = axes.get_yaxis_transform()
        _write(axes, words, (0, row.y), xycoords=left, color=GREY, style="italic")
        return
    start = 0.0
    for length, fill in mark.bars:
        axes.barh(row.y, length, 0.66, start, label=row.adapter, **_filled(fill, look))
        start += length
    if mark.dots:
        at = [dot for dot, _ in mark.dots]
        axes.hlines(row.y, min(at), max(at), color=look.colour, alpha=0.35)
    for dot, shape in mark.dots:
        axes.plot(dot, row.y, label=row.adapter, zorder=4, **_shaped(shape, look))
    colour = INK if mark.bars else look.colour
    for spread in mark.whiskers:
        _whiskers(axes, (spread.median, row.y), colour, xerr=spread)
    _write(axes, mark.words, (mark.high, row.y), color=INK)


def _write(axes: Axes, words: str, place: tuple[float, float], **how: Any) -> None:
    aside = (-3.5 if how.get("ha") == "right" else 5.5, 3.5 if how.get("va") == "bottom" else -0.5)
    how = {"textcoords": "offset points", "va": "center", "size": 7, "path_effects": HALO, **how}
    axes.annotate(words, place, aside, **how)


def _whiskers(axes: Axes, place: tuple[float, float], colour: str, **spread: Spread) -> None:
    """Draw minimum and maximum along an axis: `xerr=` or `yerr=`."""
    for axis, (middle, low, high) in spread.items():
        if high > low:
            reach: Any = {axis: [[middle - low], [high - middle]]}
            axes.errorbar(*place, fmt="none", ecolor=colour, elinewidth=0.9, capsize=2, **reach)


def _filled(fill: Fill, look: Look) -> dict[str, Any]:
    colour, edge = fill.colour or look.colour, fill.edge or look.colour
    return {"facecolor": colour, "hatch": fill.hatch, "edgecolor": edge, "linewidth": 0.5}


def _shaped(shape: Shape, look: Look) -> dict[str, Any]:
    return {
        "color": look.colour,
        "linestyle": "none",
        "marker": shape.marker or look.marker,
        "markersize": shape.size,
        "markeredgewidth": 1.6 if shape.marker else 1,
        "markerfacecolor": "white" if shape.hollow else look.colour,
    }


# --- adapters as lines over clients -----------------------------------------------------------


def _lines(topic: Topic) -> Figure | None:
    """Return a page with a panel for each setting, all with the same scale."""
    several = len(topic.sheets) > 1
    grid = Grid(1, len(topic.sheets), 2.4 if several else 3.4, MARGIN + 0.72, most=3)
    figure, axes = _page(topic, [_line_key(topic, name) for name in topic.looks], grid)
    highest = [_lines_of(*pair, topic, grid.width) for pair in zip(axes, topic.sheets, strict=True)]
    if max(highest) < 0:
        return None
    limits = [_draw_limit(*pair, topic) for pair in zip(axes, topic.sheets, strict=True)]
    for one, (x, _) in zip(axes, grid.places(), strict=True):
        one.set_ylim(0, max(*highest, *limits) * 1.06 or 1)
        one.tick_params(axis="y", labelleft=x == grid.left)
        one.set_ylabel(topic.chart.measures[0].axis if x == grid.left else "")
    return figure


def _line_key(topic: Topic, name: str) -> Artist:
    left_out = any(
        sheet.cell(name, clients, topic.leaks[0]).left_out
        for sheet in topic.sheets
        for clients in sheet.clients
    )
    look = topic.looks[name]
    how = {**_shaped(Shape(5.5), look), "linestyle": look.line}
    return Line2D([], [], label=name + " †" * left_out, **how)


def _lines_of(axes: Axes, sheet: Sheet, topic: Topic, width: float) -> float:
    """Draw a line for each adapter and return the highest point, -1 where there is none."""
    clients, highest = sheet.clients, -1.0
    step = min((after / before for before, after in pairwise(clients)), default=2)
    _client_axis(axes, clients, step)
    _title(axes, topic.heading(sheet), width)
    for place, (name, look) in enumerate(topic.looks.items()):
        aside = step ** (0.25 * ((place + 0.5) / len(topic.looks) - 0.5))
        cells = [sheet.cell(name, count, topic.leaks[0]) for count in clients]
        marks = [topic.chart.measures[0].mark(cell) for cell in cells]
        at = [count * aside for count in clients]
        middle = [mark.whiskers[0].median if mark else math.nan for mark in marks]
        axes.plot(at, middle, color=look.colour, linestyle=look.line, linewidth=1.4, label=name)
        for x, cell, mark in zip(at, cells, marks, strict=True):
            if mark:
                ((y, shape),) = mark.dots
                axes.plot(x, y, zorder=4, clip_on=False, **_shaped(shape, look))
                _whiskers(axes, (x, y), look.colour, yerr=mark.whiskers[0])
                highest = max(highest, mark.high)
            if cell.left_out:
                _dagger(axes, (x, mark.high if mark else 0), look)
    return highest


def _draw_limit(axes: Axes, sheet: Sheet, topic: Topic) -> float:
    """Draw what the server could have done and return where its words end, 0 without it."""
    limit = topic.limit(sheet)
    if not limit:
        return 0.0
    axes.axhline(limit.median, zorder=1.5, label=LIMIT, **LIMIT_LINE)
    words = f"{LIMIT}, the limit: {number(limit.median)}" + " †" * bool(sheet.limit.left_out)
    place: Any = {"xycoords": axes.get_yaxis_transform(), "ha": "right", "va": "bottom"}
    _write(axes, words, (1, limit.median), color=INK, **place)
    return limit.median * 1.08


def _dagger(axes: Axes, place: tuple[float, float], look: Look) -> None:
    above: Any = {"textcoords": "offset points", "ha": "center", "size": 9, "weight": "bold"}
    axes.annotate("†", place, (0, 2), color=look.colour, **above)


def _client_axis(axes: Axes, clients: list[int], step: float) -> None:
    """Let equal factors be equal distances, so that the few are not crowded by the many."""
    axes.set_xscale("log")
    axes.set_xlim(clients[0] / step**0.35, clients[-1] * step**0.35)
    axes.set_xlabel("clients")
    axes.xaxis.set_major_locator(FixedLocator(clients))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axes.grid(visible=True, axis="y")


# --- ratios to the baseline -------------------------------------------------------------------


def _forest(forest: Forest) -> Figure:
    """Return a page with a band for each group and a column for each metric."""
    lines, columns = forest.rows, len(forest.metrics)
    left = MARGIN + max(_width(row.label, 8) for row in lines) + 0.25
    grid = Grid(1, len(forest.panels), ROW * (1 - lines[-1].y), left, most=columns)
    figure, axes = _page(forest, _forest_keys(forest), grid)
    for one, panel, (x, _) in zip(axes, forest.panels, grid.places(), strict=True):
        _names(figure, one, lines, shown=x == grid.left)
        _ratio_scale(one, forest, panel, grid.width)
        _ground(one, forest, panel)
        for row in lines:
            _draw_ratio(one, row, panel.entries[row], forest.span(panel.metric))
    return figure


def _forest_keys(forest: Forest) -> list[Artist]:
    grey = Look("#555555", "o")
    margin = f"within the margin of ±{100 * forest.report.margin:.2g} %"
    return [
        Line2D([], [], label="difference shown", **_shaped(Shape(), grey)),
        Line2D([], [], label="no difference shown", **_shaped(Shape(hollow=True), grey)),
        Patch(label=margin, facecolor=BAND, linewidth=0),
        Line2D([], [], label="the baseline against itself", **NOISE_LINE),
    ]


def _ratio_scale(axes: Axes, forest: Forest, panel: RatioPanel, width: float) -> None:
    """Set the axis so that the words stand at the right of everything drawn."""
    low, high = forest.span(panel.metric)
    same = [one for one in forest.panels if one.metric == panel.metric]
    words = [entry.words for one in same for entry in one.entries.values() if entry.spread]
    room = 1 - min(0.6, (max(_width(text, 7) for text in words) + 0.12) / width)
    _title(axes, panel.heading, width)
    axes.set_xscale("log")
    axes.set_xlim(low, low * (high / low) ** (1 / room))
    axes.xaxis.set_major_locator(FixedLocator(ticks((low, high), 0.3 / (room * width))))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.grid(visible=True, axis="x")
    axes.spines.bottom.set_bounds(low, high)
    axes.set_xlabel(HEADINGS[panel.metric].axis, loc="left", size=7)


def _ground(axes: Axes, forest: Forest, panel: RatioPanel) -> None:
    """Draw what the dots are held against: equal, the margin and the noise."""
    margin = 1 + forest.report.margin
    axes.axvspan(1 / margin, margin, color=BAND, zorder=0.6, linewidth=0)
    axes.axvline(1, color=INK, linewidth=0.8, zorder=1.5)
    low, high = forest.span(panel.metric)
    for end in (panel.noise.low, panel.noise.high) if panel.noise else ():
        if low < end < high:
            axes.axvline(end, color=GREY, linestyle=":", linewidth=0.8, zorder=1.4)


def _draw_ratio(axes: Axes, row: Row, entry: Entry, span: tuple[float, float]) -> None:
    spread, right = entry.spread, axes.get_yaxis_transform()
    quiet: dict[str, Any] = {} if entry.shown else {"color": GREY}
    if spread is None:
        quiet["style"] = "italic"
    _write(axes, entry.words, (1, row.y), xycoords=right, ha="right", **quiet)
    if spread is None:
        return
    seen = Spread(spread.median, max(spread.low, span[0]), min(spread.high, span[1]))
    if row.adapter == CONTROL:
        axes.hlines(row.y, seen.low, seen.high, **NOISE_LINE)
    elif spread.low < spread.high:
        _interval(axes, spread, seen, row)
    shape = Shape(hollow=not entry.shown)
    axes.plot(spread.median, row.y, label=row.adapter, zorder=4, **_shaped(shape, row.look))
    if seen.low > spread.low:
        _goes_on(axes, (seen.low, row.y), row.look, forward=False)
    if seen.high < spread.high:
        _goes_on(axes, (seen.high, row.y), row.look, forward=True)


def _interval(axes: Axes, whole: Spread, seen: Spread, row: Row) -> None:
    """Draw what is seen of an interval, with a stop at each end that is one."""
    colour = row.look.colour
    axes.hlines(row.y, seen.low, seen.high, color=colour, linewidth=1.1)
    ends = [end for end in (seen.low, seen.high) if end in (whole.low, whole.high)]
    stop: Any = {"marker": "|", "markersize": 5, "linestyle": "none", "label": "stop"}
    axes.plot(ends, [row.y] * len(ends), color=colour, **stop)


def _goes_on(axes: Axes, place: tuple[float, float], look: Look, *, forward: bool) -> None:
    """Point out of the scale."""
    how: Any = {"arrowstyle": "-|>", "color": look.colour, "shrinkA": 0, "shrinkB": 0}
    back = (-6 if forward else 6, 0)
    axes.annotate("", place, back, textcoords="offset points", arrowprops=how)
