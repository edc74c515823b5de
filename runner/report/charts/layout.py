"""What stands on the page of a chart, and where. Pure: `charts` draws it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from runner.report.captions import apart, heading, shared
from runner.report.charts.palette import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.report.charts.palette import Look
    from runner.report.charts.questions import Chart, Mark, Measure
    from runner.report.charts.selection import Rounds, Sheet, Spread

WIDTH, MARGIN, GAP = 7.4, 0.15, 0.22
"""All panels with their labels; the edge of the page; between two panels. Inches."""


@dataclass(frozen=True)
class Topic:
    """A chart, and the rows that answer its question."""

    chart: Chart
    title: str
    """The name of the run."""
    sheets: list[Sheet]
    company: Mapping[str, Look]
    """The look of every adapter of the run, so that it is the same in every picture."""

    @property
    def is_answered(self) -> bool:
        """Whether the rows have anything to say."""
        return any(self.chart.answers(sheet) for sheet in self.sheets)

    @property
    def is_over_clients(self) -> bool:
        """Whether adapters are lines along an axis of clients, and not rows."""
        several = any(len(sheet.clients) > 1 for sheet in self.sheets)
        return several and bool(self.chart.over_clients)

    @property
    def question(self) -> str:
        """The heading."""
        return self.chart.over_clients if self.is_over_clients else self.chart.question

    @cached_property
    def looks(self) -> dict[str, Look]:
        """The look of every adapter that has a row, in order."""
        names = in_order(name for sheet in self.sheets for name in sheet.adapters)
        return {name: self.company[name] for name in names}

    @cached_property
    def leaks(self) -> list[float]:
        """The probabilities to leak that are shown: all, or only the least."""
        found = sorted({leak for sheet in self.sheets for leak in sheet.leaks})
        return found if self.chart.every_leak else found[:1]

    def heading(self, sheet: Sheet, clients: int | None = None) -> str:
        """Return what stands above a panel: what tells it from the others."""
        return heading(sheet.setting, clients, (other.setting for other in self.sheets))

    def limit(self, sheet: Sheet) -> Spread | None:
        """Return what the server could have done, where this chart shows it."""
        shown = self.chart.shows_limit and not any(self.leaks)
        return sheet.limit.spread("ops_per_s") if shown else None

    def small_print(self) -> list[str]:
        """Return what a reader must know: where the numbers come from, and what is left out."""
        settings = [sheet.setting for sheet in self.sheets]
        words = shared(settings)
        words += [f"leak {leak:g}" for leak in self.leaks if self.leaks == [leak] != [0]]
        rounds = max(sheet.rounds for sheet in self.sheets)
        spread = f"{rounds} rounds: median, whiskers: minimum and maximum over rounds."
        counted = spread if rounds > 1 else "1 round: no spread is known."
        remark = f"{counted} {self.chart.remark}"
        return [" · ".join([self.title, *words]), remark, *self._left_out()]

    def _left_out(self) -> Iterator[str]:
        among = [sheet.setting for sheet in self.sheets]
        for sheet in self.sheets:
            limit = sheet.limit_left_out() if self.chart.shows_limit else []
            for sentence in [*sheet.left_out(self.leaks), *limit]:
                yield "† " + ", ".join([*apart(sheet.setting, among), sentence])


@dataclass(frozen=True)
class Row:
    """A line that goes through all panels of a page."""

    adapter: str
    leak: float
    y: float
    """In heights of a row, from 0 down."""
    label: str
    look: Look


@dataclass(frozen=True)
class Panel:
    """One measure of some cells: those of a setting with so many clients."""

    heading: str
    measure: Measure
    cells: dict[Row, Rounds]
    marks: dict[Row, Mark]
    """Of those that have something to show."""
    limit: Spread | None
    """What the server could have done, in the unit of the measure."""


def rows(topic: Topic) -> list[Row]:
    """Return of each adapter a row for each leak that it was asked for."""
    found: list[Row] = []
    y, several = 0.0, len(topic.leaks) > 1
    for adapter, look in topic.looks.items():
        asked = {leak for sheet in topic.sheets for leak in sheet.leaks_of(adapter)}
        shown = sorted(asked.intersection(topic.leaks)) or topic.leaks[:1]
        for leak in shown:
            name = adapter if leak == shown[0] else ""
            found.append(
                Row(adapter, leak, y, f"{name}   leak {leak:g}" if several else name, look)
            )
            y -= 1
        y -= 0.4 * several
    return found


def panels(topic: Topic, lines: list[Row]) -> list[Panel]:
    """Return all panels of a page, measure by measure."""
    return [
        _panel(topic, sheet, clients, measure, lines)
        for measure in topic.chart.measures
        for sheet in topic.sheets
        for clients in sheet.clients
    ]


def _panel(topic: Topic, sheet: Sheet, clients: int, measure: Measure, lines: list[Row]) -> Panel:
    cells = {row: sheet.cell(row.adapter, clients, row.leak) for row in lines}
    marks = {row: mark for row, cell in cells.items() if (mark := measure.mark(cell))}
    for row, mark in marks.items():
        if cells[row].left_out:
            marks[row] = replace(mark, words=f"{mark.words} †".strip())
    return Panel(topic.heading(sheet, clients), measure, cells, marks, topic.limit(sheet))


@dataclass(frozen=True)
class Grid:
    """Blocks of equally many panels, each block wrapped into evenly filled columns. Inches."""

    blocks: int
    each: int
    height: float
    """Of a panel."""
    left: float
    """What stands left of the first panel."""
    most: int = 4
    """Columns."""

    @property
    def bands(self) -> int:
        """Of a block: panels one under the other."""
        return math.ceil(self.each / self.most)

    @property
    def columns(self) -> int:
        """Of a block: panels side by side."""
        return math.ceil(self.each / self.bands)

    @property
    def width(self) -> float:
        """Of a panel."""
        return max(1.8, (WIDTH - self.left) / self.columns - GAP)

    @property
    def page(self) -> float:
        """The whole width."""
        return max(WIDTH, self.left + self.columns * (self.width + GAP)) + MARGIN

    def places(self) -> Iterator[tuple[float, float]]:
        """Yield of each panel the left edge, and how far its top is under that of the first."""
        for block in range(self.blocks):
            for place in range(self.each):
                band = block * self.bands + place // self.columns
                column = place % self.columns
                yield self.left + column * (self.width + GAP), band * (self.height + 0.68)
