"""The leaks of a run over time: what is served until a pool is dry, and after it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.messages import message
from runner.metrics import DRY_AFTER, FAILED, MILLISECONDS
from runner.report.captions import no_good_round
from runner.report.charts.time_page import TimePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analysis.summary import Summary
    from runner.axes import Conditions
    from runner.messages import Message
    from runner.results.row import Row


class LeakPage(TimePage):
    """The adapters of one group whose clients leak."""

    name = "drying"
    question = message("drying.question")
    time_axis = message("drying.time_axis")
    remark = message("drying.remark")

    @staticmethod
    def is_about(conditions: Conditions) -> bool:
        """Tell groups whose clients leak."""
        return bool(conditions.leak)

    @staticmethod
    def zero(row: Row) -> float:
        """Count from the first moment on: clients leak from then on."""
        del row
        return 0.0

    @staticmethod
    def words(adapter: Summary) -> Message:
        """Say when its pool was dry, and how much failed."""
        failed, dry = adapter.median(FAILED.column), adapter.median(DRY_AFTER.column)
        if failed is None:
            return no_good_round(adapter.rows)
        if dry is None:
            return message("drying.serving", failed=failed)
        return message("drying.words", seconds=dry / MILLISECONDS, failed=failed)

    @property
    def has_changes(self) -> bool:
        """A pool serves for more than a tenth of a second: after it a dry one changes no more."""
        return any(any(line.rates[1:]) for panel in self.panels for line in panel.lines)

    def shown(self) -> Iterator[Message]:
        """Yield how many pools ran dry, and when the first and the last did."""
        good = self.good
        dry = [row.exhausted_ms / MILLISECONDS for row in good if row.exhausted_ms is not None]
        if dry:
            yield message("drying.shown", dry=len(dry), of=len(good), seconds=[min(dry), max(dry)])
        elif good:
            yield message("drying.none")
