"""Pages of what changes as it runs, one for each group: adapter under adapter. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from runner.axes import NAMING, title
from runner.messages import message
from runner.report.captions import differing, with_real_size
from runner.report.charts.selection import ending, word
from runner.report.charts.time_panel import time_panels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.analysis.summary import Summary
    from runner.axes import Conditions
    from runner.messages import Message
    from runner.report.charts.palette import Look
    from runner.report.charts.time_panel import TimePanel
    from runner.results.row import Row
    from runner.results.rows import RowGroup, Rows
    from runner.results.timeline import TimeLines


@dataclass(frozen=True)
class TimePage(ABC):
    """The adapters of one group."""

    run: str
    """The name of the run."""
    group: RowGroup
    panels: Sequence[TimePanel]
    """A panel for each adapter that has a time line."""

    name: ClassVar[str]
    """Of the file."""
    question: ClassVar[Message]
    """The heading."""
    time_axis: ClassVar[Message]
    """The words under the scale."""
    remark: ClassVar[Message]
    """The sentences that a reader must know."""

    @staticmethod
    @abstractmethod
    def is_about(conditions: Conditions) -> bool:
        """Tell the groups that have such a page."""

    @staticmethod
    @abstractmethod
    def zero(row: Row) -> float | None:
        """Return the moment that the seconds of a row are counted from, in milliseconds."""

    @staticmethod
    @abstractmethod
    def words(adapter: Summary) -> Message:
        """Say what the panel of an adapter amounts to."""

    @abstractmethod
    def shown(self) -> Iterator[Message]:
        """Yield what the picture shows, in a sentence or two made from the data."""

    @property
    def has_changes(self) -> bool:
        """There is anything to see."""
        return bool(self.panels)

    @property
    def good(self) -> list[Row]:
        """The rows whose numbers count."""
        return [row for row in self.group.rows if not row.bad]

    @property
    def ends(self) -> tuple[float, float]:
        """The first and the last second that a line has."""
        seconds = [it.seconds for panel in self.panels for it in panel.lines]
        return min(it[0] for it in seconds), max(it[-1] for it in seconds)

    @property
    def shaded(self) -> tuple[float, float] | None:
        """The seconds of a fault, where there is one."""
        return None

    def small_print(self) -> list[Message]:
        """Return where the numbers come from, and how the picture is to be read."""
        conditions = with_real_size(self.group.conditions, self.group.rows)
        rounds = message("over_time.rounds", count=len({row.round for row in self.group.rows}))
        return [
            message("chart.source", words=[self.run, title(conditions)]),
            message("chart.remarks", sentences=[rounds, self.remark]),
        ]


def time_pages(
    kind: type[TimePage], rows: Rows, timelines: TimeLines, looks: Mapping[str, Look], *, title: str
) -> Iterator[tuple[str, TimePage]]:
    """Yield a page for each group that has anything to see, with its file's name."""
    groups = [group for group in rows.groups if kind.is_about(group.conditions)]
    axes = differing((group.conditions for group in groups), NAMING)
    for group in groups:
        panels = list(time_panels(group, timelines, looks, kind.zero, kind.words))
        page = kind(title, group, panels)
        values = ((axis, getattr(group.conditions, axis)) for axis in axes)
        if page.has_changes:
            yield kind.name + ending(word(*it) for it in values), page
