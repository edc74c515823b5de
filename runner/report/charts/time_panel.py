"""The time lines of what changes as it runs: the operations of each tenth of a second. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analysis.summary import Summary
from runner.metrics import MILLISECONDS
from runner.report.charts.palette import in_order
from runner.roles import Role
from runner.times import SLOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from runner.messages import Message
    from runner.report.charts.palette import Look
    from runner.results.row import Row
    from runner.results.rows import RowGroup
    from runner.results.timeline import TimeLines


@dataclass(frozen=True)
class Line:
    """One round of an adapter."""

    seconds: Sequence[float]
    """The middle of each slot, from the moment that the page counts from."""
    rates: Sequence[float]
    """Operations per second."""
    failed: Sequence[float]
    """The seconds of the slots in which operations failed."""


@dataclass(frozen=True)
class TimePanel:
    """The rounds of an adapter."""

    adapter: str
    look: Look
    lines: Sequence[Line]
    words: Message
    """What it amounts to."""

    @property
    def highest(self) -> float:
        """The highest rate of all its rounds."""
        return max(max(it.rates, default=0.0) for it in self.lines)


def time_panels(
    group: RowGroup,
    timelines: TimeLines,
    looks: Mapping[str, Look],
    zero: Callable[[Row], float | None],
    words: Callable[[Summary], Message],
) -> Iterator[TimePanel]:
    """Yield a panel for each adapter of a group that has a line.

    `zero` is the moment of a row that its seconds are counted from, in milliseconds; `words` say
    what an adapter's rounds amount to.
    """
    for name in in_order(row.entrant for row in group.rows):
        rows = [row for row in group.entrants[name].values() if row.role is Role.ADAPTER]
        lines = [line for row in rows if (line := _line(row, timelines, zero(row)))]
        if lines:
            yield TimePanel(name, looks[name], lines, words(Summary(rows)))


def _line(row: Row, timelines: TimeLines, zero: float | None) -> Line | None:
    """Return the line of a row; None where it has none."""
    slots = timelines.get((row.cell.id, row.session, row.round))
    if not slots or zero is None:
        return None
    middles = [(it.start_ms - zero) / MILLISECONDS + SLOT / 2 for it in slots]
    return Line(
        middles,
        [slot.operations / SLOT for slot in slots],
        [middle for middle, slot in zip(middles, slots, strict=True) if slot.failures],
    )
