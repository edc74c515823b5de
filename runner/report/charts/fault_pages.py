"""The time lines of a fault on a page: operations a second, adapter under adapter. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analysis.summary import Summary
from runner.axes import NAMING, title
from runner.messages import message
from runner.metrics import FAILED_AFTER, UNAVAILABLE
from runner.report.captions import differing, with_real_size
from runner.report.charts.palette import in_order
from runner.report.charts.selection import ending, word
from runner.roles import Role
from runner.times import SLOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.messages import Message
    from runner.report.charts.palette import Look
    from runner.results.row import Row
    from runner.results.rows import RowGroup, Rows
    from runner.results.timeline import TimeLines

NAME = "faults"
"""Of the file."""

MILLISECONDS = 1000


@dataclass(frozen=True)
class Line:
    """One round of an adapter, its seconds counted from the fault."""

    seconds: Sequence[float]
    """The middle of each slot."""
    rates: Sequence[float]
    """Operations per second."""
    failed: Sequence[float]
    """The seconds of the slots in which operations failed."""
    mended: float


@dataclass(frozen=True)
class FaultPanel:
    """The rounds of an adapter."""

    adapter: str
    look: Look
    lines: Sequence[Line]
    words: Message | str
    """What it amounts to."""

    @property
    def highest(self) -> float:
        """The highest rate of all its rounds."""
        return max(max(it.rates, default=0.0) for it in self.lines)


@dataclass(frozen=True)
class FaultPage:
    """The adapters of one group with a fault."""

    title: str
    """The name of the run."""
    group: RowGroup
    panels: Sequence[FaultPanel]

    question = message("faults.question")

    @property
    def ends(self) -> tuple[float, float]:
        """The first and the last second that a line has."""
        return (
            min(it.seconds[0] for it in self._lines),
            max(it.seconds[-1] for it in self._lines),
        )

    @property
    def mended(self) -> float:
        """The last moment at which it was mended in a round, from the fault on."""
        return max(it.mended for it in self._lines)

    @property
    def _lines(self) -> list[Line]:
        return [line for panel in self.panels for line in panel.lines]

    def shown(self) -> list[Message]:
        """Return what each adapter's panel amounts to."""
        panels = [message("faults.panel", adapter=it.adapter, words=it.words) for it in self.panels]
        return [message("faults.shown", panels=panels)]

    def small_print(self) -> list[Message]:
        """Return where the numbers come from, and how the picture is to be read."""
        conditions = with_real_size(self.group.conditions, self.group.rows)
        rounds = len({row.round for row in self.group.rows})
        return [
            message("chart.source", words=[self.title, title(conditions)]),
            message(
                "chart.remarks",
                sentences=[message("faults.rounds", count=rounds), message("faults.remark")],
            ),
        ]


def fault_pages(
    rows: Rows, timelines: TimeLines, looks: Mapping[str, Look], *, title: str
) -> Iterator[tuple[str, FaultPage]]:
    """Yield a page for each group with a fault that has time lines, with its file's name."""
    groups = [group for group in rows.groups if group.conditions.fault]
    axes = differing((group.conditions for group in groups), NAMING)
    for group in groups:
        panels = [it for it in _panels(group, timelines, looks) if it.lines]
        words = [
            group.conditions.fault.short if axis == "fault" else word(axis, value)
            for axis in axes
            if (value := getattr(group.conditions, axis)) is not None and group.conditions.fault
        ]
        if panels:
            yield NAME + ending(words), FaultPage(title, group, panels)


def _panels(
    group: RowGroup, timelines: TimeLines, looks: Mapping[str, Look]
) -> Iterator[FaultPanel]:
    for name in in_order(row.entrant for row in group.rows):
        rows = [row for row in group.entrants[name].values() if row.role is Role.ADAPTER]
        lines = [line for row in rows if (line := _line(row, timelines))]
        yield FaultPanel(name, looks[name], lines, _words(Summary(rows)))


def _line(row: Row, timelines: TimeLines) -> Line | None:
    """Return the line of a row; None where it has none."""
    slots = timelines.get((row.cell.id, row.session, row.round))
    if not slots or row.fault_ms is None or row.mended_ms is None:
        return None
    fault = row.fault_ms / MILLISECONDS
    middles = [slot.start_ms / MILLISECONDS + SLOT / 2 - fault for slot in slots]
    return Line(
        middles,
        [slot.operations / SLOT for slot in slots],
        [middle for middle, slot in zip(middles, slots, strict=True) if slot.failures],
        row.mended_ms / MILLISECONDS - fault,
    )


def _words(adapter: Summary) -> Message | str:
    unavailable, failed = (adapter.median(it.column) for it in (UNAVAILABLE, FAILED_AFTER))
    if unavailable is None:
        return adapter.rows[0].status.value
    seconds = unavailable / MILLISECONDS
    if not all(row.recovered for row in adapter.good):
        return message("faults.not_recovered", seconds=seconds, failed=failed)
    return message("faults.words", seconds=seconds, failed=failed)
