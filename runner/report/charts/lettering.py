"""Words on a picture, and the room that they take. Lengths are inches, sizes are points."""

from __future__ import annotations

import functools
import textwrap
from typing import TYPE_CHECKING, Any

from matplotlib.textpath import TextPath

from runner.report.catalogue import text
from runner.report.charts.grid import GAP
from runner.report.charts.style import HALO, STYLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from runner.messages import Message

LABEL, NOTE = 8, 7
"""The names of rows; the words inside panels."""
BOLD = 1.15
"""The factor by which bold letters are wider."""


@functools.cache
def width(words: str, size: float) -> float:
    """Return the width of a line of text; a little more, as pixels round it up."""
    path = TextPath((0, 0), words or ".", size=size)
    return 1.04 * float(path.vertices[:, 0].max()) / 72


def wrapped(words: str, size: float, room: float) -> list[str]:
    """Break words into lines that fit."""
    letters = int(len(words) * room / width(words, size))
    while lines := textwrap.wrap(words, letters):
        if max(width(line, size) for line in lines) <= room:
            break
        letters = letters * 19 // 20  # its letters are wider than the average, as in a long name
    return lines


def write(axes: Axes, words: str, place: tuple[float, float], **how: Any) -> None:
    """Write beside a place in a panel."""
    aside = (-3.5 if how.get("ha") == "right" else 5.5, 3.5 if how.get("va") == "bottom" else -0.5)
    how = {"textcoords": "offset points", "va": "center", "size": NOTE, "path_effects": HALO, **how}
    axes.annotate(words, place, aside, **how)


def title(axes: Axes, heading: Message, room: float) -> None:
    """Write the heading of a panel so that it does not reach into that of the next."""
    words, size = text(heading), STYLE["axes.titlesize"]
    axes.set_title(words, size=min(size, size * (room + GAP / 2) / (BOLD * width(words, size))))
