"""The picture of drills: adapters across, cases down, a word on the colour of what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.patches import Patch, Rectangle

from runner.messages import message
from runner.report.catalogue import text
from runner.report.charts.drill_page import ASIDE, CELL, HEADING, LINE, SPACE
from runner.report.charts.frame import framed
from runner.report.charts.grid import MARGIN, NO_HEADING, Grid
from runner.report.charts.lettering import LABEL
from runner.report.charts.style import GREY, INK
from runner.report.drill_names import case_name, drill_name
from runner.report.drill_tables import MARKS, brief_cell
from runner.results.observation import Danger

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from runner.report.charts.drill_page import DrillBlock, DrillPage
    from runner.results.observation import Observation

NAME = "drills"


class Ground(NamedTuple):
    """The look of a cell."""

    colour: str
    ink: str = INK
    weight: str = "normal"


GROUNDS = {
    Danger.HARMLESS: Ground("#DCE9F5"),
    Danger.COSTS: Ground("#F2D675"),
    Danger.DANGEROUS: Ground("#B5361C", "white", "bold"),
    Danger.NONE: Ground("white", GREY),
}
"""Pale, middle and dark, so that they differ without their colour too."""


@dataclass(frozen=True)
class Sheet(Grid):
    """One panel, as wide as the table in it."""

    wide: float = 0.0

    @property
    def widths(self) -> list[float]:
        """The width of the panel."""
        return [self.wide]


def draw_drills(page: DrillPage) -> Figure:
    """Return the picture of a table."""
    edges = [*accumulate(page.column_widths, initial=page.label_width)]
    grid = Sheet(1, 1, page.height, MARGIN, above=NO_HEADING, below=NO_HEADING, wide=edges[-1])
    figure, [axes] = framed(page, _keys(page), grid)
    axes.set_axis_off()
    axes.set_xlim(0, edges[-1])
    axes.set_ylim(page.height, 0)
    top = 0.0
    for block in page.blocks:
        _draw_block(axes, page, block, edges, top)
        top += block.height
    return figure


def _keys(page: DrillPage) -> list[Artist]:
    words = {
        Danger.HARMLESS: message("drills.harmless"),
        Danger.COSTS: message("drills.costs", mark=MARKS[Danger.COSTS]),
        Danger.DANGEROUS: message("drills.dangerous", mark=MARKS[Danger.DANGEROUS]),
    }
    used = {it.danger for it in page.observations}
    return [
        Patch(label=text(label), facecolor=GROUNDS[danger].colour, linewidth=0)
        for danger, label in words.items()
        if danger in used
    ]


def _draw_block(
    axes: Axes, page: DrillPage, block: DrillBlock, edges: list[float], top: float
) -> None:
    """Draw the line of the names, and one for each case."""
    middle = top + SPACE / 2 + HEADING / 2
    name = text(drill_name(block.drill))
    axes.text(0, middle, name, size=LABEL, weight="bold", va="center", color=INK)
    for adapter, left in zip(page.adapters, edges, strict=False):
        x = left + ASIDE / 2
        axes.text(x, middle, adapter, size=LABEL, weight="bold", va="center", color=INK)
    for number, case in enumerate(block.cases):
        y = top + SPACE / 2 + HEADING + number * LINE
        axes.text(0, y + LINE / 2, text(case_name(case)), size=LABEL, va="center", color=INK)
        for place, adapter in enumerate(page.adapters):
            if it := block.seen.get((case, adapter)):
                _draw_cell(axes, it, (edges[place], y), edges[place + 1] - edges[place])


def _draw_cell(axes: Axes, seen: Observation, place: tuple[float, float], wide: float) -> None:
    x, y = place
    ground = GROUNDS[seen.danger]
    look: Any = {"facecolor": ground.colour, "edgecolor": "white", "linewidth": 0.8}
    axes.add_patch(Rectangle((x, y), wide, LINE, **look))
    axes.text(
        x + ASIDE / 2,
        y + LINE / 2,
        text(brief_cell(seen)),
        size=CELL,
        va="center",
        color=ground.ink,
        weight=ground.weight,
    )
