"""Whiskers: the minimum and the maximum over the rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from runner.report.charts.rounds import Spread


def whiskers(axes: Axes, place: tuple[float, float], colour: str, **spread: Spread) -> None:
    """Draw minimum and maximum along an axis: `xerr=` or `yerr=`."""
    for axis, (middle, low, high) in spread.items():
        if high > low:
            reach: Any = {axis: [[middle - low], [high - middle]]}
            axes.errorbar(*place, fmt="none", ecolor=colour, elinewidth=0.9, capsize=2, **reach)
