"""The frame around the panels: heading, legend and small print."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

from matplotlib.figure import Figure

from runner.redaction import visible
from runner.report.catalogue import text
from runner.report.charts.grid import (
    BELOW_SENTENCE,
    LEGEND,
    LINE,
    MARGIN,
    QUESTION,
    SENTENCE,
    SHOWN,
    SMALL_PRINT,
)
from runner.report.charts.lettering import BOLD, LABEL, width, wrapped
from runner.report.charts.style import GREY, INK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from runner.messages import Message
    from runner.report.charts.grid import Grid

HEADING: dict[str, Any] = {"size": 12, "weight": "bold", "va": "top", "color": INK}
SHOWN_STYLE: dict[str, Any] = {"size": LABEL, "va": "top", "color": INK, "linespacing": 1.3}
SMALL: dict[str, Any] = {"size": 6.8, "va": "bottom", "color": GREY, "linespacing": 1.35}
KEY = 0.19
"""Height of a line of the legend. Inches."""


class Words(Protocol):
    """The words of a frame."""

    @property
    def question(self) -> Message:
        """The heading."""

    def shown(self) -> Iterable[Message]:
        """Return what the picture shows, in a sentence or two made from the data."""

    def small_print(self) -> Sequence[Message]:
        """Return the paragraphs at the bottom."""


def framed(words: Words, keys: list[Artist], grid: Grid) -> tuple[Figure, list[Axes]]:
    """Return a figure with heading, legend and small print, and its panels, still empty."""
    room = grid.page - 2 * MARGIN
    paragraphs = [visible(text(it)) for it in words.small_print()]  # XML has no control characters
    small_print = [line for it in paragraphs for line in wrapped(it, SMALL["size"], room)]
    columns = _columns([width(str(key.get_label()), LABEL) + 0.5 for key in keys], grid.page)
    sentence = " ".join(visible(text(it)) for it in words.shown())
    shown = wrapped(sentence, SHOWN_STYLE["size"], room) if sentence else []
    aside = SENTENCE * len(shown) + BELOW_SENTENCE * bool(shown)
    top = LEGEND + aside + KEY * math.ceil(len(keys) / columns) + grid.above
    height = top + grid.depth + grid.below + LINE * len(small_print) + MARGIN
    figure = Figure(figsize=(grid.page, height))
    left = MARGIN / grid.page
    question = text(words.question)
    size = HEADING["size"] * min(1, room / (BOLD * width(question, HEADING["size"])))
    how = {**HEADING, "size": size}
    figure.text(left, 1 - MARGIN / height, question, gid=QUESTION, **how)
    below = 1 - LEGEND / height
    figure.text(left, below, "\n".join(shown), gid=SHOWN, **SHOWN_STYLE)
    small = figure.text(left, MARGIN / height, "\n".join(small_print), gid=SMALL_PRINT, **SMALL)
    small.set_label("\n".join([sentence, *paragraphs] if sentence else paragraphs))
    _legend(figure, keys, (left, below - aside / height), columns)
    panels = [
        figure.add_axes(
            (
                x / grid.page,
                1 - (top + y + grid.height) / height,
                across / grid.page,
                grid.height / height,
            )
        )
        for x, y, across in grid.places()
    ]
    return figure, panels


def _columns(widths: list[float], room: float) -> int:
    """Return the number of keys that fit side by side: all, or as many of the widest as fit."""
    if sum(widths) <= room - MARGIN:
        return max(1, len(widths))
    return max(1, int((room - MARGIN) / max(widths)))


def _legend(figure: Figure, keys: list[Artist], place: tuple[float, float], columns: int) -> None:
    if keys:
        blank = [" "] * len(keys)  # a legend refuses labels that begin with _
        legend = figure.legend(keys, blank, loc="upper left", bbox_to_anchor=place, ncols=columns)
        for label, key in zip(legend.get_texts(), keys, strict=True):
            label.set_text(str(key.get_label()))
