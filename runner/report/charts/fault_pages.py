"""The faults of a run over time: what is served while one happens, and after it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.messages import message
from runner.metrics import FAILED_AFTER, MILLISECONDS, UNAVAILABLE
from runner.report.captions import no_good_round
from runner.report.charts.time_page import TimePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analysis.summary import Summary
    from runner.axes import Conditions
    from runner.messages import Message
    from runner.results.row import Row


class FaultPage(TimePage):
    """The adapters of one group with a fault."""

    name = "faults"
    question = message("faults.question")
    time_axis = message("faults.time_axis")
    remark = message("faults.remark")

    @staticmethod
    def is_about(conditions: Conditions) -> bool:
        """Tell groups with a fault."""
        return conditions.fault is not None

    @staticmethod
    def zero(row: Row) -> float | None:
        """Return the moment of the fault; None where it was not mended."""
        return None if row.mended_ms is None else row.fault_ms

    @staticmethod
    def words(adapter: Summary) -> Message:
        """Say how long it was unavailable, and how many operations failed."""
        unavailable, failed = (adapter.median(it.column) for it in (UNAVAILABLE, FAILED_AFTER))
        if unavailable is None:
            return no_good_round(adapter.rows)
        seconds = unavailable / MILLISECONDS
        if not all(row.recovered for row in adapter.good):
            return message("faults.not_recovered", seconds=seconds, failed=failed)
        return message("faults.words", seconds=seconds, failed=failed)

    @property
    def shaded(self) -> tuple[float, float]:
        """From the fault to the last moment at which it was mended in a round."""
        moments = (_lasted(row) for row in self.good)
        return 0.0, max((it for it in moments if it is not None), default=0.0)

    def shown(self) -> Iterator[Message]:
        """Yield who was unavailable for the shortest time, and who for the longest."""
        drawn = {panel.adapter for panel in self.panels}
        times = [
            (row.unavailable_ms / MILLISECONDS, row.entrant)
            for row in self.good
            if row.entrant in drawn and row.unavailable_ms is not None
        ]
        if times:
            (least, first), (most, last) = min(times), max(times)
            if first == last or least == most:
                yield message("faults.shown_alike", seconds=[least, most])
            else:
                yield message("faults.shown", least=least, first=first, most=most, last=last)


def _lasted(row: Row) -> float | None:
    """Return the seconds from the fault until it was mended."""
    if row.mended_ms is None or row.fault_ms is None:
        return None
    return (row.mended_ms - row.fault_ms) / MILLISECONDS
