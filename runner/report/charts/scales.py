"""The scales of panels whose rows are adapters: marks and the words after them fit in."""

from __future__ import annotations

import math
from operator import truediv
from typing import TYPE_CHECKING

from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator

from runner.report.catalogue import text
from runner.report.charts.lettering import NOTE, title, width
from runner.report.charts.reach import LEAST_SHOWN
from runner.report.formats import short, tick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from runner.report.charts.chart import Mark
    from runner.report.charts.layout import Panel

WIDE = 10_000
"""From here on a number has too many digits for a tick."""


def set_scale(axes: Axes, panel: Panel, page: Sequence[Panel], room: float) -> None:
    """Set the scale of a panel that is `room` inches wide."""
    measure = panel.measure
    title(axes, panel.heading, room)
    axes.set_xlabel(text(measure.axis))
    axes.grid(visible=True, axis="x")
    same = [it for it in page if it is panel or (measure.shared and it.measure is measure)]
    marks = [mark for it in same for mark in it.marks.values()]
    words = [it.words(row) for it in same for row in it.marks]
    left = [1 - min(0.7, (width(text_, NOTE) + 0.1) / room) for text_ in words]
    if not marks:
        axes.set_xticks([])
    elif measure.scale == "log":
        _logarithmic(axes, marks, left, room)
    else:
        limits = [it.limit.high for it in same if it.limit]
        reach = max(0.0, *limits, *map(truediv, (mark.high for mark in marks), left))
        _linear(axes, reach, percent=measure.scale == "percent")


def _logarithmic(axes: Axes, marks: Sequence[Mark], left: Sequence[float], room: float) -> None:
    low = max(min(mark.low for mark in marks), LEAST_SHOWN) / 2
    reach = [math.log10(max(mark.high, LEAST_SHOWN) / low) for mark in marks]
    decades = 1.05 * max(map(truediv, reach, left))
    axes.set_xlim(low, low * 10**decades)  # first: matplotlib finds no such scale for zeros alone
    axes.set_xscale("log")
    steps = (1,) if decades > 2 else (1, 2, 5)  # noqa: PLR2004 - two ticks are too few
    axes.xaxis.set_major_locator(LogLocator(subs=steps, numticks=int(room / 0.3)))
    axes.xaxis.set_minor_locator(NullLocator())
    # At the very end a label would run into that of the next panel.
    last = low * 10 ** (0.95 * decades)
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, place: _tick(value, place) if value < last else "")
    )


def _linear(axes: Axes, reach: float, *, percent: bool) -> None:
    high = max(reach, 100 if percent else 0)
    axes.set_xlim(0, 1.02 * high or 1)
    ticks = FixedLocator([0, 25, 50, 75, 100]) if percent else MaxNLocator(4, steps=(1, 2, 5, 10))
    axes.xaxis.set_major_locator(ticks)
    axes.xaxis.set_major_formatter(FuncFormatter(_tick))


def _tick(value: float, _: object) -> str:
    return short(value) if value >= WIDE else tick(value)
