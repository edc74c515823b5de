"""The leaks of a run over time, a page for each group: adapter under adapter. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.axes import NAMING
from runner.messages import message
from runner.metrics import DRY_AFTER, FAILED, MILLISECONDS
from runner.report.captions import differing, no_good_round
from runner.report.charts.selection import ending, word
from runner.report.charts.time_panel import ends, small_print, time_panels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.analysis.summary import Summary
    from runner.messages import Message
    from runner.report.charts.palette import Look
    from runner.report.charts.time_panel import TimePanel
    from runner.results.rows import RowGroup, Rows
    from runner.results.timeline import TimeLines

NAME = "drying"
"""Of the file."""


@dataclass(frozen=True)
class LeakPage:
    """The adapters of one group whose clients leak."""

    title: str
    """The name of the run."""
    group: RowGroup
    panels: Sequence[TimePanel]

    question = message("drying.question")
    time_axis = message("drying.time_axis")
    shaded = None

    @property
    def ends(self) -> tuple[float, float]:
        """The first and the last second that a line has, from the first leak possible on."""
        return ends(self.panels)

    def shown(self) -> Iterator[Message]:
        """Yield how many pools ran dry, and when the first and the last did."""
        rows = [row for row in self.group.rows if not row.bad]
        dry = [row.exhausted_ms / MILLISECONDS for row in rows if row.exhausted_ms is not None]
        if dry:
            yield message("drying.shown", dry=len(dry), of=len(rows), least=min(dry), most=max(dry))
        else:
            yield message("drying.none")

    def small_print(self) -> list[Message]:
        """Return where the numbers come from, and how the picture is to be read."""
        return small_print(self.title, self.group, message("drying.remark"))


def leak_pages(
    rows: Rows, timelines: TimeLines, looks: Mapping[str, Look], *, title: str
) -> Iterator[tuple[str, LeakPage]]:
    """Yield a page for each group that leaks slowly enough to be seen, with its file's name.

    Where every pool is dry in the first tenth of a second nothing changes after it.
    """
    groups = [group for group in rows.groups if group.conditions.leak and group.rows]
    axes = differing((group.conditions for group in groups), NAMING)
    for group in groups:
        panels = list(time_panels(group, timelines, looks, lambda _: 0.0, _words))
        words = [word(axis, getattr(group.conditions, axis)) for axis in axes]
        if any(any(line.rates[1:]) for panel in panels for line in panel.lines):
            yield NAME + ending(words), LeakPage(title, group, panels)


def _words(adapter: Summary) -> Message:
    failed, dry = adapter.median(FAILED.column), adapter.median(DRY_AFTER.column)
    if failed is None:
        return no_good_round(adapter.rows)
    if dry is None:
        return message("drying.serving", failed=failed)
    return message("drying.words", seconds=dry / MILLISECONDS, failed=failed)
