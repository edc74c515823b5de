"""The words and the interval of an adapter in the picture of ratios. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.analysis.verdict import Verdict
from runner.axes import AXES
from runner.messages import message
from runner.report.catalogue import text
from runner.report.charts.rounds import Spread
from runner.roles import CONTROL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.analysis.report import Compared
    from runner.axes import Conditions
    from runner.messages import Message
    from runner.report.charts.along import Along

LONGEST_REASON = 42
"""Letters of a reason that fit into a panel; a longer one goes to the small print."""


@dataclass(frozen=True)
class Group:
    """The adapters, or values of another axis, that were compared with each other."""

    setting: Conditions
    along: Along
    value: Any
    """That of the axis along which the groups lie."""
    lines: Sequence[Compared]

    @property
    def place(self) -> Message:
        """The value in words."""
        return AXES[self.along.axis].phrase(self.value)

    def line(self, adapter: str, metric: str) -> Compared | None:
        """Return the conclusion on an adapter, None where it was not measured."""
        lines = (line for line in self.lines if (line.entrant, line.metric) == (adapter, metric))
        return next(lines, None)


@dataclass(frozen=True)
class Entry:
    """The dot and the words in the row of an adapter."""

    words: Message | str
    spread: Spread | None = None
    """The ratio and its interval; None where there is no dot."""
    shown: bool = False
    """A difference is shown."""
    mean: float | None = None
    """The ratio by the mean, beside one by the midmean."""


def entry(group: Group, adapter: str, metric: str, first: str) -> Entry:
    """Return the row of an adapter in the panel of a metric.

    `first` is the metric of the first panel: a reason is not repeated in the others.
    """
    line = group.line(adapter, metric)
    if line is None:
        return Entry("" if adapter == CONTROL else message("mark.not_measured"))
    if line.verdict is Verdict.NOT_COMPARED:
        before = group.line(adapter, first)
        repeated = metric != first and before is not None and before.reason == line.reason
        return Entry(_refusal(line, repeated=repeated))
    if line.verdict is Verdict.BASELINE:
        return Entry(message("line.baseline"), Spread(1.0, 1.0, 1.0))
    spread = Spread(line.ratio or 1.0, line.low or 1.0, line.high or 1.0)
    shown = line.verdict.better or line.verdict.worse
    return Entry(_conclusion(line), spread, shown, line.mean_ratio)


def _conclusion(line: Compared) -> Message:
    """Say what the dot and the line amount to; a figure only where a difference is shown."""
    if line.verdict is Verdict.CONTROL:
        return message("ratios.baseline_again")
    if line.verdict is Verdict.UNDECIDED:
        return message("ratios.undecided_below")
    if line.verdict.better or line.verdict.worse:
        return message("ratios.shown", ratio=line.ratio, verdict=line.verdict.value)
    return message("ratios.verdict", verdict=line.verdict.value)


def _refusal(line: Compared, *, repeated: bool) -> Message:
    """Say that it is not compared, and why where there is room; once a row is enough."""
    if is_long(line):
        return message("ratios.refused_below")
    if repeated:
        return message("ratios.refused")
    return message("line.refused", reason=line.reason)


def is_long(line: Compared) -> bool:
    """Tell a reason that has no room in a panel, as beside a dot there is none."""
    if line.verdict is Verdict.UNDECIDED:
        return True
    return line.verdict is Verdict.NOT_COMPARED and len(text(line.reason)) > LONGEST_REASON
