"""The faults of a run over time, a page for each group: adapter under adapter. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.axes import NAMING
from runner.messages import message
from runner.metrics import FAILED_AFTER, MILLISECONDS, UNAVAILABLE
from runner.report.captions import differing, no_good_round
from runner.report.charts.selection import ending, word
from runner.report.charts.time_panel import ends, small_print, time_panels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.analysis.summary import Summary
    from runner.messages import Message
    from runner.report.charts.palette import Look
    from runner.report.charts.time_panel import TimePanel
    from runner.results.row import Row
    from runner.results.rows import RowGroup, Rows
    from runner.results.timeline import TimeLines

NAME = "faults"
"""Of the file."""


@dataclass(frozen=True)
class FaultPage:
    """The adapters of one group with a fault."""

    title: str
    """The name of the run."""
    group: RowGroup
    panels: Sequence[TimePanel]

    question = message("faults.question")
    time_axis = message("faults.time_axis")

    @property
    def ends(self) -> tuple[float, float]:
        """The first and the last second that a line has, from the fault on."""
        return ends(self.panels)

    @property
    def shaded(self) -> tuple[float, float]:
        """From the fault to the last moment at which it was mended in a round."""
        moments = (_lasted(row) for row in self.group.rows)
        return 0.0, max((it for it in moments if it is not None), default=0.0)

    def shown(self) -> Iterator[Message]:
        """Yield who was unavailable for the shortest time, and who for the longest."""
        adapters = self.group.entrants
        times = [
            (row.unavailable_ms / MILLISECONDS, panel.adapter)
            for panel in self.panels
            for row in adapters[panel.adapter].values()
            if row.unavailable_ms is not None
        ]
        if times:
            (least, first), (most, last) = min(times), max(times)
            yield message("faults.shown", least=least, first=first, most=most, last=last)

    def small_print(self) -> list[Message]:
        """Return where the numbers come from, and how the picture is to be read."""
        return small_print(self.title, self.group, message("faults.remark"))


def fault_pages(
    rows: Rows, timelines: TimeLines, looks: Mapping[str, Look], *, title: str
) -> Iterator[tuple[str, FaultPage]]:
    """Yield a page for each group with a fault that has time lines, with its file's name."""
    groups = [group for group in rows.groups if group.conditions.fault]
    axes = differing((group.conditions for group in groups), NAMING)
    for group in groups:
        panels = list(time_panels(group, timelines, looks, _began, _words))
        words = [
            group.conditions.fault.short if axis == "fault" else word(axis, value)
            for axis in axes
            if (value := getattr(group.conditions, axis)) is not None and group.conditions.fault
        ]
        if panels:
            yield NAME + ending(words), FaultPage(title, group, panels)


def _began(row: Row) -> float | None:
    return None if row.mended_ms is None else row.fault_ms


def _lasted(row: Row) -> float | None:
    """Return the seconds from the fault until it was mended."""
    if row.mended_ms is None or row.fault_ms is None:
        return None
    return (row.mended_ms - row.fault_ms) / MILLISECONDS


def _words(adapter: Summary) -> Message:
    unavailable, failed = (adapter.median(it.column) for it in (UNAVAILABLE, FAILED_AFTER))
    if unavailable is None:
        return no_good_round(adapter.rows)
    seconds = unavailable / MILLISECONDS
    if not all(row.recovered for row in adapter.good):
        return message("faults.not_recovered", seconds=seconds, failed=failed)
    return message("faults.words", seconds=seconds, failed=failed)
