"""The places of the panels of a page. Pure. All lengths are inches."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH, MARGIN, GAP = 7.4, 0.15, 0.22
"""All panels with their labels; the edge of the page; between two panels."""
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

    @property
    def bands(self) -> int:
        """The panels of a block that lie one under the other."""
        return math.ceil(self.each / self.most)

    @property
    def columns(self) -> int:
        """The panels of a block that lie side by side."""
        return math.ceil(self.each / self.bands)

    @property
    def width(self) -> float:
        """The width of a panel."""
        return max(1.8, (WIDTH - self.left) / self.columns - GAP)

    @property
    def page(self) -> float:
        """The width of the page."""
        return max(WIDTH, self.left + self.columns * (self.width + GAP)) + MARGIN

    @property
    def depth(self) -> float:
        """From the top of the first panel to the bottom of the last."""
        return max(y for _, y in self.places()) + self.height

    def places(self) -> Iterator[tuple[float, float]]:
        """Yield of each panel the left edge, and how far its top is under that of the first."""
        for block in range(self.blocks):
            for place in range(self.each):
                band = block * self.bands + place // self.columns
                column = place % self.columns
                yield self.left + column * (self.width + GAP), band * (self.height + self.between)
