"""The rows and the panels of a page on which adapters are rows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.messages import message
from runner.report.catalogue import text

if TYPE_CHECKING:
    from runner.messages import Message
    from runner.report.charts.chart import Mark, Measure
    from runner.report.charts.facet import Facet
    from runner.report.charts.palette import Look
    from runner.report.charts.rounds import Rounds, Spread
    from runner.report.charts.topic import Topic

DAGGER = "†"
"""After what the small print says more about."""


@dataclass(frozen=True)
class Row:
    """A line that goes through all panels of a page."""

    adapter: str
    leak: float
    y: float
    """In heights of a row, from 0 down."""
    label: Message | str
    look: Look


@dataclass(frozen=True)
class Panel:
    """One measure of some cells: those of a setting at one value of the axis."""

    heading: Message
    measure: Measure
    cells: dict[Row, Rounds]
    marks: dict[Row, Mark]
    """Of those that have something to show."""
    limit: Spread | None
    """The server's own limit, in the unit of the measure; None where it is far above all marks."""

    def words(self, row: Row) -> str:
        """Return the words in a row, with a dagger where rounds of it are not drawn."""
        mark, cell = self.marks.get(row), self.cells[row]
        return daggered(text(mark.words if mark else cell.silence), left_out=bool(cell.left_out))


def daggered(words: str, *, left_out: bool) -> str:
    """Add a dagger where something is left out."""
    return f"{words} {DAGGER}".strip() if left_out else words


def rows(topic: Topic) -> list[Row]:
    """Return of each adapter a row for each leak that it was asked for."""
    lines: list[Row] = []
    y, several = 0.0, len(topic.leaks) > 1
    for adapter, look in topic.looks.items():
        asked = {leak for facet in topic.facets for leak in facet.leaks_of(adapter)}
        shown = sorted(asked.intersection(topic.leaks)) or topic.leaks[:1]
        for leak in shown:
            name = adapter if leak == shown[0] else ""
            label = message("chart.row", adapter=name, leak=f"{leak:g}") if several else name
            lines.append(Row(adapter, leak, y, label, look))
            y -= 1
        y -= 0.4 * several
    return lines


def panels(topic: Topic, lines: list[Row]) -> list[Panel]:
    """Return all panels of a page, measure by measure."""
    return [
        _panel(topic, facet, value, measure, lines)
        for measure in topic.chart.measures
        for facet in topic.facets
        for value in facet.values
    ]


def _panel(topic: Topic, facet: Facet, value: Any, measure: Measure, lines: list[Row]) -> Panel:
    cells = {row: facet.cell(row.adapter, value, row.leak) for row in lines}
    marks = {row: mark for row, cell in cells.items() if (mark := measure.mark(cell))}
    limit = None if topic.is_beyond(facet) else topic.limit(facet)
    return Panel(topic.heading(facet, value), measure, cells, marks, limit)
