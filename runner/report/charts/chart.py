"""A chart as a value: a question, and how it is answered of each cell. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from runner.report.charts.along import PROCESSES, RTT, SCALES, SIZES, beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from runner.axes import Conditions
    from runner.messages import Message
    from runner.report.charts.along import Along
    from runner.report.charts.facet import Facet
    from runner.report.charts.palette import Fill, Shape
    from runner.report.charts.rounds import Rounds, Spread
    from runner.results.rows import Rows as RunRows


@dataclass(frozen=True)
class Mark:
    """The drawing and the words in the row of a cell."""

    words: Message | str
    whiskers: tuple[Spread, ...]
    bars: tuple[tuple[float, Fill], ...] = ()
    """Lengths; one after the other from 0."""
    dots: tuple[tuple[float, Shape], ...] = ()

    @property
    def low(self) -> float:
        """Its lower end."""
        return min(spread.low for spread in self.whiskers)

    @property
    def high(self) -> float:
        """Its upper end, the words not included."""
        return max(sum(length for length, _ in self.bars), *(s.high for s in self.whiskers), 0.0)


@dataclass(frozen=True)
class Measure:
    """One thing to know of every cell."""

    axis: Message
    """With its unit."""
    mark: Callable[[Rounds], Mark | None]
    """None where there is nothing to show."""
    scale: Literal["linear", "log", "percent"] = "linear"
    shared: bool = True
    """The panels of a page have the same scale."""
    quantity: Message | None = None
    """The name of what its first mark shows, where the axis is that of several."""


@dataclass(frozen=True)
class Chart:
    """A question, and how it is answered."""

    question: Message
    measures: tuple[Measure, ...]
    remark: Message
    """The sentences that a reader must know."""
    keys: Mapping[Message, Fill | Shape] = field(default_factory=dict)
    """The legend; of it only what occurs is shown."""
    answers: Callable[[Facet], bool] = lambda _: True
    """Tells a facet whose rows have anything to say."""
    notes: Callable[[Sequence[Facet]], Iterable[Message]] = lambda _: ()
    """Sentences of the small print that follow from the rows."""
    every_leak: bool = False
    """Cells that leak are shown beside those that do not."""
    x: Along | None = None
    """The axis along which adapters are lines, unless another one with a scale is compared, beside
    others on which cells differ; without it, what is compared is in rows."""
    question_along: Callable[[Along], Message] | None = None
    """The question where adapters are lines."""
    apart: tuple[str, ...] = ("profile", "workload", "pool_size", "cpus")
    """The axes whose values have a picture each."""
    most_values: int = 12
    """The most values of the axis in a picture."""
    of: Callable[[Conditions], bool] = lambda conditions: conditions.fault is None
    """Tells the groups that it is about."""
    shows_limit: bool = False
    """The server's own limit is drawn beside the adapters; in the unit of the measure."""

    def along(self, rows: RunRows) -> list[Along]:
        """Return the axes that lines may lie along; in rows, the one with a panel for each value.

        Lines lie along what is compared, where that has a scale; else along the axis of the chart,
        and along the sizes, the processes and the round trips where these are several.
        """
        if self.x is None:
            return [beside(rows.compared)]
        if rows.compared in SCALES:
            return [SCALES[rows.compared]]
        return [self.x, *(it for it in (SIZES, PROCESSES, RTT) if it.axis != self.x.axis)]
