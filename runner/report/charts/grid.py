"""The places of the panels of a page. Pure. All lengths are inches."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

WIDTH, MARGIN, GAP = 7.4, 0.15, 0.22
"""All panels with their labels; the edge of the page; between two panels."""
NARROW = 1.55
"""The width of a panel that has little to show."""
HEADING, NO_HEADING, SCALE = 0.32, 0.12, 0.5
"""For the headings of panels; above panels without; for a scale under the last panels."""
BETWEEN_BANDS = 0.68
"""For the scale of one band and the headings of the next."""
LEGEND, LINE = 0.43, 0.15
"""Above the legend, with the question in it; a line of the small print at the bottom."""
SENTENCE, BELOW_SENTENCE = 0.165, 0.08
"""A line of what the picture shows, between the question and the legend; and under the last."""
QUESTION, SHOWN, SMALL_PRINT = "question", "shown", "small-print"
"""Their ids in an SVG, so that a document can say them in its own letters."""


@dataclass(frozen=True)
class Grid:
    """Blocks of equally many panels, each block wrapped into evenly filled columns."""

    blocks: int
    each: int
    height: float
    """Of a panel."""
    left: float
    """The room left of the first panel."""
    most: int = 4
    """The most columns."""
    between: float = BETWEEN_BANDS
    """From the bottom of a panel to the top of the one under it."""
    above: float = HEADING
    """From the legend to the first panels."""
    below: float = SCALE
    """From the last panels to the small print."""
    narrow: Collection[int] = ()
    """The places of panels that have little to show: they are narrow where all lie side by side."""

    @property
    def bands(self) -> int:
        """The panels of a block that lie one under the other."""
        return math.ceil(self.each / self.most)

    @property
    def columns(self) -> int:
        """The panels of a block that lie side by side."""
        return math.ceil(self.each / self.bands)

    @property
    def widths(self) -> Sequence[float]:
        """The width of each panel of a block."""
        even = max(1.8, (WIDTH - self.left) / self.columns - GAP)
        narrow = self.narrow if self.bands == 1 else ()
        wide = self.each - len(narrow)
        if not narrow or not wide:
            return [even] * self.each
        rest = (even * self.each - NARROW * len(narrow)) / wide
        return [NARROW if place in narrow else rest for place in range(self.each)]

    @property
    def page(self) -> float:
        """The width of the page."""
        return max(WIDTH, *(x + width + GAP for x, _, width in self.places())) + MARGIN

    @property
    def depth(self) -> float:
        """From the top of the first panel to the bottom of the last."""
        return max(y for _, y, _ in self.places()) + self.height

    def places(self) -> Iterator[tuple[float, float, float]]:
        """Yield of each panel the left edge, how far its top is under the first's, its width."""
        widths = self.widths
        for block in range(self.blocks):
            for place, width in enumerate(widths):
                band = block * self.bands + place // self.columns
                before = widths[place - place % self.columns : place]
                left = self.left + sum(before) + len(before) * GAP
                yield left, band * (self.height + self.between), width
