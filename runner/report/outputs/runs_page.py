"""The page of several runs: what changed from some to others, and every cell over all of them."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from runner.messages import message
from runner.report.outputs.page import SAY, rendered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.history import Line
    from runner.report.several_runs import SeveralRuns

WIDTH, HEIGHT, MARGIN = 120, 32, 4
"""Of a line, in pixels, and the room around it."""
LEAST_REACH = 1.2
"""A line reaches from the middle of its figures by this factor up and down, or further."""
MORE_TO_SAY = {
    "comparison": message("history.comparison"),
    "history": message("history.heading"),
    "line": message("history.line"),
    "scale": message("history.scale", factor=LEAST_REACH),
}
"""The words of this page beside those of every page."""


class Spot(NamedTuple):
    """A run on a line."""

    x: float
    y: float
    is_new: bool
    """The driver is another one from here on."""


def runs_page(runs: SeveralRuns) -> str:
    """Return the page."""
    title = message("history.title", count=len(runs.runs.rows))
    chapters = {"comparison": runs.comparison, "history": runs.history}
    filling = {
        "runs": runs,
        "say": {**SAY, **MORE_TO_SAY, "title": title},
        "chapters": [name for name, it in chapters.items() if it],
        "width": WIDTH,
        "height": HEIGHT,
        "spots": spots,
        "pieces": pieces,
    }
    return rendered("runs.html", filling)


def spots(line: Line) -> list[Spot | None]:
    """Return where the runs of a line are drawn; None where one has no figure."""
    logs = [math.log(it.value) if it and it.value else None for it in line.points]
    known = [it for it in logs if it is not None]
    middle = median(known)
    reach = max(math.log(LEAST_REACH), *(abs(it - middle) for it in known))
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
