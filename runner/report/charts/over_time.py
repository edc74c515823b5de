"""Pictures of what changes: the throughput of each adapter over time, one above the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from runner.messages import message
from runner.report.catalogue import text
from runner.report.charts.frame import framed
from runner.report.charts.grid import MARGIN, NO_HEADING, Grid
from runner.report.charts.lettering import LABEL, NOTE
from runner.report.charts.style import GREY, HALO, INK, STYLE
from runner.report.formats import tick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from runner.report.charts.time_page import TimePage
    from runner.report.charts.time_panel import TimePanel

LEFT = MARGIN + 0.72
"""Room for the numbers of the scale. Inches."""
HEIGHT, BETWEEN = 0.82, 0.16
"""Of a panel, and from one to the next. Inches."""
LEAST_HEIGHT = 1.5
"""Of all panels: as long as the words beside them. Inches."""
SHADE = "#F3D9D3"
AT_ONCE = 0.05
"""The seconds that are shaded at least, so that what is over at once is seen."""
FAILED: dict[str, Any] = {
    "color": "#B2182B",
    "linestyle": "none",
    "marker": "|",
    "markersize": 5,
    "markeredgewidth": 1.1,
}


def draw_over_time(page: TimePage) -> Figure:
    """Return a page with a panel for each adapter, one above the other."""
    height = max(HEIGHT, LEAST_HEIGHT / len(page.panels))
    grid = Grid(len(page.panels), 1, height, LEFT, between=BETWEEN, above=NO_HEADING)
    figure, axes = framed(page, _keys(page), grid)
    for it, panel in zip(axes, page.panels, strict=True):
        _scale(it, page, panel)
        if page.shaded:
            begins, mended = page.shaded
            it.axvspan(begins, max(mended, AT_ONCE), color=SHADE, zorder=0.5, linewidth=0)
        _draw(it, panel)
    _name_rates(figure, axes)
    return figure


def _name_rates(figure: Figure, axes: Sequence[Axes]) -> None:
    """Write what all panels show once beside them, at half their height."""
    first, last = axes[0].get_position(), axes[-1].get_position()
    place = MARGIN / figure.get_figwidth(), (first.y1 + last.y0) / 2
    how: Any = {"rotation": "vertical", "va": "center", "size": STYLE["axes.labelsize"]}
    figure.text(*place, text(message("over_time.rate_axis")), color=INK, **how)


def _keys(page: TimePage) -> list[Artist]:
    fault = Patch(label=text(message("faults.shaded")), facecolor=SHADE, linewidth=0)
    failed = Line2D([], [], label=text(message("over_time.failed")), **FAILED)
    return [fault, failed] if page.shaded else [failed]


def _scale(axes: Axes, page: TimePage, panel: TimePanel) -> None:
    """Give all panels the same seconds, and each its own rates: speeds are not compared here."""
    last = panel is page.panels[-1]
    axes.set_xlim(*page.ends)
    axes.set_ylim(-0.04 * panel.highest, 1.3 * panel.highest or 1)
    axes.yaxis.set_major_locator(MaxNLocator(2, steps=(1, 2, 5, 10)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axes.xaxis.set_major_locator(MaxNLocator(12, integer=True))
    axes.tick_params(axis="x", labelbottom=last)
    axes.grid(visible=True, axis="both")
    if last:
        axes.set_xlabel(text(page.time_axis))


def _draw(axes: Axes, panel: TimePanel) -> None:
    colour = panel.look.colour
    for line in panel.lines:
        axes.plot(line.seconds, line.rates, color=colour, linewidth=1.1, label=panel.adapter)
        axes.plot(line.failed, [0] * len(line.failed), clip_on=False, zorder=4, **FAILED)
    place: Any = {"xycoords": "axes fraction", "va": "top", "path_effects": HALO}
    axes.annotate(
        panel.adapter, (0, 1), (3, 2), textcoords="offset points", weight="bold",
        size=LABEL, color=INK, **place,
    )  # fmt: skip
    axes.annotate(
        text(panel.words), (1, 1), (-3, 2), textcoords="offset points", ha="right",
        size=NOTE, color=GREY, **place,
    )  # fmt: skip
