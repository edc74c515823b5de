"""The ends of the scale of a picture, and the limits that lie beyond it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.report.charts.chart import Mark
    from runner.report.charts.rounds import Spread

LEAST_SHOWN = 1e-6
"""The least that a logarithmic scale reaches to: what is below it, as 0 is, is drawn there."""
UNDER = 1.3
"""The factor between the lowest mark and the lower end of a logarithmic scale."""
FAR = 1.5
"""The factor over the highest mark from which a limit would flatten the lines below it."""


def ends(marks: Sequence[Mark], *, logarithmic: bool) -> tuple[float, float] | None:
    """Return both ends of the scale; None where there is no mark."""
    if not marks:
        return None
    high = max(mark.high for mark in marks)
    if not logarithmic:
        return 0.0, high
    low = max(LEAST_SHOWN, min(mark.low for mark in marks))
    return low / UNDER, max(low, high)


def is_beyond(limit: Spread, scale: tuple[float, float] | None) -> bool:
    """Tell that a limit lies so far above all marks that the scale leaves it out."""
    return scale is not None and limit.median > FAR * scale[1]
