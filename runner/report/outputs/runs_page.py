"""The page of several runs: what changed from some to others, and every cell over all of them."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from runner.messages import message
from runner.report.outputs.page import rendered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.history import Line
    from runner.report.several_runs import SeveralRuns

SAY = {
    "comparison": message("history.comparison"),
    "history": message("history.heading"),
    "line": message("history.line"),
    "scale": message("history.scale"),
}
WIDTH, HEIGHT, MARGIN = 120, 32, 4
"""Of a line, in pixels, and the room around it."""
LEAST_REACH = math.log(1.2)
"""A line reaches from 20 % below the middle of its figures to 20 % above it, or further."""


class Spot(NamedTuple):
    """A run on a line."""

    x: float
    y: float
    is_new: bool
    """The driver is another one from here on."""


def runs_page(runs: SeveralRuns) -> str:
    """Return the page."""
    title = message("history.title", count=len(runs.runs.rows))
    say = {**SAY, "title": title}
    return rendered("runs.html", {"runs": runs, "say": say, "spots": spots, "pieces": pieces})


def spots(line: Line) -> list[Spot | None]:
    """Return where the runs of a line are drawn; None where one has no figure."""
    logs = [math.log(it.value) if it and it.value else None for it in line.points]
    known = [it for it in logs if it is not None]
    middle = median(known)
    reach = max(LEAST_REACH, *(abs(it - middle) for it in known))
    step = (WIDTH - 2 * MARGIN) / max(1, len(logs) - 1)
    return [
        Spot(
            MARGIN + step * place,
            HEIGHT / 2 - (HEIGHT / 2 - MARGIN) * (log - middle) / reach,
            point.is_new,
        )
        if log is not None and point
        else None
        for place, (log, point) in enumerate(zip(logs, line.points, strict=True))
    ]


def pieces(of_line: Sequence[Spot | None]) -> Iterator[str]:
    """Yield the points of each stretch without a gap, as SVG has them."""
    piece: list[str] = []
    for spot in [*of_line, None]:
        if spot:
            piece.append(f"{spot.x:.1f},{spot.y:.1f}")
        elif piece:
            yield " ".join(piece)
            piece = []
