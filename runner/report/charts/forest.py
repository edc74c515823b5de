"""A page of ratios to the baseline: its rows, its panels and its words. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from runner.analysis.findings import findings
from runner.analysis.verdict import ends
from runner.messages import message
from runner.metrics import CPU_SPEED, METRICS, SPEED, TOTAL_P50, TOTAL_P99, Sense
from runner.report.captions import estimators, heading, shared, thinking
from runner.report.charts.entry import entry, is_long
from runner.report.charts.layout import Row
from runner.report.charts.palette import NOISE, in_order
from runner.roles import CONTROL, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.analysis.report import Compared, Report
    from runner.messages import Message
    from runner.report.charts.entry import Entry, Group
    from runner.report.charts.palette import Look
    from runner.report.charts.rounds import Spread

METRICS_SHOWN = (SPEED.column, CPU_SPEED.column)
"""Side by side."""
METRICS_AT_RATE = (TOTAL_P50.column, TOTAL_P99.column)
"""The same where operations arrive at a rate."""
NOISE_FLOOR = message("table.noise_floor")
"""The name of the control: it is no adapter."""
BEYOND = 1.7
"""The factor by which a scale goes beyond every dot; longer intervals end in an arrow there."""
LEAST = 1.12
"""The least end of a scale, so that noise does not look large."""
ASIDE = 1.04
"""Empty space at both ends of a scale."""


@dataclass(frozen=True)
class Panel:
    """One metric of one group."""

    heading: Message
    metric: str
    entries: Mapping[Row, Entry]
    noise: Spread | None
    """The baseline against itself."""

    @property
    def spreads(self) -> list[Spread]:
        """Everything that has a place on the scale."""
        spreads = [entry.spread for entry in self.entries.values()]
        return [spread for spread in (*spreads, self.noise) if spread]

    @property
    def axis(self) -> Message:
        """The words under the scale."""
        metric = METRICS[self.metric]
        below, above = ends(metric)
        return message("ratios.axis", below=below.value, metric=metric.label, above=above.value)


@dataclass(frozen=True)
class Forest:
    """A page: some groups one under the other, the metrics side by side."""

    title: str
    """The name of the run."""
    report: Report
    """Of these groups only."""
    groups: Sequence[Group]
    looks_of_run: Mapping[str, Look]

    question = message("ratios.question")

    @cached_property
    def metrics(self) -> list[str]:
        """The metrics of which an adapter has an interval."""
        adapters = (line for line in self.report.lines if line.role is Role.ADAPTER)
        known = {line.metric for line in adapters if line.low is not None}
        paced = self.groups[0].setting.paced
        return [
            metric for metric in (METRICS_AT_RATE if paced else METRICS_SHOWN) if metric in known
        ]

    @property
    def has_means(self) -> bool:
        """A mean stands beside a midmean."""
        return any(line.mean_ratio for line in self.report.lines)

    @property
    def has_control(self) -> bool:
        """The baseline was measured a second time."""
        return any(line.role is Role.CONTROL for line in self.report.lines)

    @cached_property
    def rows(self) -> list[Row]:
        """A row for each adapter and, a little apart, one for the noise where it was measured."""
        names = in_order(line.entrant for line in self.report.lines if line.role is Role.ADAPTER)
        rows = [
            Row(name, 0, -place, name, self.looks_of_run[name]) for place, name in enumerate(names)
        ]
        if self.has_control:
            rows.append(Row(CONTROL, 0, -len(names) - 0.2, NOISE_FLOOR, NOISE))
        return rows

    @cached_property
    def panels(self) -> list[Panel]:
        """Band by band."""
        return [self._panel(group, metric) for group in self.groups for metric in self.metrics]

    def _panel(self, group: Group, metric: str) -> Panel:
        entries = {row: entry(group, row.adapter, metric, self.metrics[0]) for row in self.rows}
        where, shown = self._heading(group), METRICS[metric]
        words = message("ratios.heading", where=where, sense=shown.sense.value)
        if shown.sense is Sense.TIME:
            words = message("ratios.heading_time", where=where, metric=shown.label)
        noise = entries[self.rows[-1]].spread if self.has_control else None
        return Panel(words, metric, entries, noise)

    def _heading(self, group: Group) -> Message:
        others = (other.setting for other in self.groups)
        return heading(group.setting, others, group.place)

    def span(self, metric: str) -> tuple[float, float]:
        """Return both ends of the scale of a metric, the same in all its panels."""
        spreads = [s for panel in self.panels if panel.metric == metric for s in panel.spreads]
        middles = [1.0, *(spread.median for spread in spreads)]
        least = max(LEAST, (1 + self.report.margin) ** 2)
        low = max(min(middles) / BEYOND, min((s.low for s in spreads), default=1.0))
        high = min(max(middles) * BEYOND, max((s.high for s in spreads), default=1.0))
        return min(low, 1 / least) / ASIDE, max(high, least) * ASIDE

    def shown(self) -> Iterator[Message]:
        """Count the differences that are shown."""
        lines = [
            line
            for line in self.report.lines
            if line.role is Role.ADAPTER and line.metric in self.metrics and line.low is not None
        ]
        better = sum(line.verdict.better for line in lines)
        worse = sum(line.verdict.worse for line in lines)
        yield message("ratios.counted", count=len(lines), better=better, worse=worse)
        if better + worse < len(lines):
            yield message("ratios.others")

    def small_print(self) -> list[Message]:
        """Return the caption: the baseline, the confidence, and the adapters that are left out."""
        lines = self.report.lines
        baselines = list(dict.fromkeys(line.baseline for line in lines if line.baseline))
        words = shared((group.setting for group in self.groups), self.groups[0].along.axis)
        thinks = thinking(line.conditions for line in lines)
        baseline = message("ratios.baseline", baselines=baselines)
        return [
            message("chart.source", words=[self.title, *words, *thinks, baseline]),
            message(
                "ratios.remark",
                estimators=estimators(self.report.lines),
                rounds=self._rounds(),
                intervals=self._intervals(),
                margin=self.report.margin,
            ),
            *(message("chart.remarks", sentences=it) for it in [findings(self.report)] if it),
            *self._not_compared(),
        ]

    def _rounds(self) -> Message:
        counts = [line.rounds for line in self.report.lines if line.low is not None]
        if min(counts) < max(counts):
            return message("ratios.rounds_between", least=min(counts), most=max(counts))
        return message("ratios.rounds", count=max(counts))

    def _intervals(self) -> Message:
        line = next(it for it in self.report.lines if it.role is Role.ADAPTER and it.low)
        looks = message("ratios.looks", count=self.report.looks)
        return message("ratios.intervals", family=line.family, looks=looks)

    def _not_compared(self) -> Iterator[Message]:
        """Yield the reasons that are too long for a panel, each once."""
        places: dict[Message, list[Message]] = defaultdict(list)
        for group in self.groups:
            for reason, adapters in self._long_reasons(group).items():
                names, where = list(dict.fromkeys(adapters)), self._heading(group)
                places[reason].append(message("ratios.place", adapters=names, where=where))
        for reason, of_reason in places.items():
            yield message("ratios.not_compared", places=of_reason, reason=reason)

    def _long_reasons(self, group: Group) -> Mapping[Message, list[Message | str]]:
        adapters: dict[Message, list[Message | str]] = defaultdict(list)
        for line in group.lines:
            if line.reason and line.metric in self.metrics and is_long(line):
                adapters[line.reason].append(_name(line))
        return adapters


def _name(line: Compared) -> Message | str:
    return NOISE_FLOOR if line.role is Role.CONTROL else line.entrant
