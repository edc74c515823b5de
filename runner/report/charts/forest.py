"""What stands on the pictures of ratios to the baseline, and where. Pure: `charts` draws it."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from runner.analysis.findings import findings
from runner.analysis.verdict import Verdict
from runner.report.captions import apart, heading, setting, shared, told
from runner.report.catalogue import text
from runner.report.charts.layout import Row
from runner.report.charts.palette import NOISE, in_order
from runner.report.charts.selection import Spread, ending, part_of
from runner.report.formats import exact, ratio
from runner.roles import CONTROL, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from runner.analysis.report import Compared, Report
    from runner.axes import Conditions
    from runner.report.charts.palette import Look

NAME = "ratios"
"""Of the file."""
APART = ("profile", "workload", "pool_size")
"""The axes whose values have a picture each."""
ROWS_A_PAGE = 32
"""About what a printed page holds."""
NOISE_FLOOR = "noise floor"
"""What the control is called: it is no adapter."""
LONGEST_REASON = 42
"""Letters of a reason that fit into a panel; a longer one goes to the small print."""
BEYOND = 1.7
"""How many times farther than every dot a scale goes; intervals that go on have an arrow there."""
LEAST = 1.12
"""To where a scale goes at least, so that noise does not look large."""
ASIDE = 1.04
"""Empty space at both ends of a scale."""


class Heading(NamedTuple):
    """What a metric is called above its panels and under them."""

    title: str
    axis: str


HEADINGS = {
    "ops_per_s": Heading("speed", "← slower · operations/s, ratio · faster →"),
    "client_cpu_us_per_op": Heading("cost", "← cheaper · client CPU/operation · dearer →"),
}
"""What is shown, by its metric."""


@dataclass(frozen=True)
class Group:
    """The adapters that were compared with each other."""

    setting: Conditions
    clients: int
    lines: tuple[Compared, ...]

    def line(self, adapter: str, metric: str) -> Compared | None:
        """Return what is said of an adapter, None where it was not measured."""
        found = (line for line in self.lines if (line.contender, line.metric) == (adapter, metric))
        return next(found, None)


@dataclass(frozen=True)
class Entry:
    """What stands in the row of an adapter."""

    words: str
    spread: Spread | None = None
    """The ratio and its interval; None where there is no dot."""
    shown: bool = False
    """Whether a difference is shown."""


@dataclass(frozen=True)
class Panel:
    """One metric of one group."""

    heading: str
    metric: str
    entries: Mapping[Row, Entry]
    noise: Spread | None
    """The baseline against itself."""

    @property
    def spreads(self) -> list[Spread]:
        """Everything that has a place on the scale."""
        found = [entry.spread for entry in self.entries.values()]
        return [spread for spread in (*found, self.noise) if spread]


@dataclass(frozen=True)
class Forest:
    """A page: some groups one under the other, the metrics side by side."""

    title: str
    """The name of the run."""
    report: Report
    """Of these groups only."""
    groups: tuple[Group, ...]
    company: Mapping[str, Look]

    question = "Who is faster than the baseline, and how sure is that?"

    @cached_property
    def metrics(self) -> list[str]:
        """Those of which there is an interval."""
        known = {line.metric for line in self.report.lines if line.low is not None}
        return [metric for metric in HEADINGS if metric in known]

    @cached_property
    def rows(self) -> list[Row]:
        """A row for each adapter and, a little apart, one for the noise."""
        names = in_order(line.contender for line in self.report.lines if line.role is Role.ADAPTER)
        found = [Row(name, 0, -place, name, self.company[name]) for place, name in enumerate(names)]
        return [*found, Row(CONTROL, 0, -len(names) - 0.2, NOISE_FLOOR, NOISE)]

    @cached_property
    def panels(self) -> list[Panel]:
        """Band by band."""
        return [self._panel(group, metric) for group in self.groups for metric in self.metrics]

    def _panel(self, group: Group, metric: str) -> Panel:
        where = heading(group.setting, group.clients, (other.setting for other in self.groups))
        entries = {row: _entry(group, row.adapter, metric, self.metrics[0]) for row in self.rows}
        noise = entries[self.rows[-1]].spread
        return Panel(f"{where}: {HEADINGS[metric].title}", metric, entries, noise)

    def span(self, metric: str) -> tuple[float, float]:
        """Return from where to where the scale of a metric goes, the same in all its panels."""
        spreads = [s for panel in self.panels if panel.metric == metric for s in panel.spreads]
        middles = [1.0, *(spread.median for spread in spreads)]
        least = max(LEAST, (1 + self.report.margin) ** 2)
        low = max(min(middles) / BEYOND, min((s.low for s in spreads), default=1.0))
        high = min(max(middles) * BEYOND, max((s.high for s in spreads), default=1.0))
        return min(low, 1 / least) / ASIDE, max(high, least) * ASIDE

    def small_print(self) -> list[str]:
        """Return what a reader must know: against whom, how sure, and what is left out."""
        settings = [group.setting for group in self.groups]
        words = shared(settings)
        baselines = dict.fromkeys(line.baseline for line in self.report.lines if line.baseline)
        words.append(f"baseline {' or '.join(baselines)}")
        noise = " ".join(map(text, findings(self.report)))
        return [" · ".join([self.title, *words]), self._remark(), noise, *self._not_compared()]

    def _remark(self) -> str:
        margin = exact(self.report.margin)
        return (
            "Dots: the ratio to the baseline within a round, geometric mean over "
            f"{self._rounds()}; scales are logarithmic. Lines: {self._intervals()}; with an arrow, "
            f"it goes on. A difference is shown where it is beyond the margin of {margin} and p, "
            "adjusted after Holm, is below 0.05."
        )

    def _rounds(self) -> str:
        counts = [line.rounds for line in self.report.lines if line.low is not None]
        few = f"{min(counts)} to " * (min(counts) < max(counts))
        return f"{few}{max(counts)} rounds"

    def _intervals(self) -> str:
        if self.report.looks == 1:
            return "plain 95 % intervals"
        level = f"{exact(1 - 0.05 / self.report.looks)} intervals"
        return f"{level}, 1 - 0.05 / {self.report.looks}, as the run may look so many times"

    def _not_compared(self) -> Iterator[str]:
        """Yield the reasons that are too long for a panel, each once."""
        among = [group.setting for group in self.groups]
        found: dict[str, list[str]] = defaultdict(list)
        for group in self.groups:
            where = heading(group.setting, group.clients, among)
            names: dict[str, list[str]] = defaultdict(list)
            for line in group.lines:
                if line.metric in self.metrics and _is_long(line):
                    names[_reason(line)].append(
                        NOISE_FLOOR if line.role is Role.CONTROL else line.contender
                    )
            for reason, adapters in names.items():
                found[reason].append(f"{', '.join(dict.fromkeys(adapters))} ({where})")
        for reason, places in found.items():
            yield f"† {', '.join(places)}: {reason}."


def _entry(group: Group, adapter: str, metric: str, first: str) -> Entry:
    line = group.line(adapter, metric)
    if line is None:
        return Entry("" if adapter == CONTROL else "not measured")
    if line.verdict is Verdict.NOT_COMPARED:
        before = group.line(adapter, first)
        repeated = metric != first and before is not None and before.reason == line.reason
        return Entry(_refusal(line, repeated=repeated))
    if line.verdict is Verdict.BASELINE:
        return Entry("baseline", Spread(1.0, 1.0, 1.0))
    spread = Spread(line.ratio or 1.0, line.low or 1.0, line.high or 1.0)
    if line.verdict is Verdict.CONTROL:
        return Entry("the baseline again", spread)
    shown = line.verdict is not Verdict.NO_DIFFERENCE
    figure = f"{ratio(line.ratio)}x, " if shown else ""
    return Entry(f"{figure}{line.verdict}", spread, shown)


def _refusal(line: Compared, *, repeated: bool) -> str:
    """Say that it is not compared, and why where there is room; once a row is enough."""
    if _is_long(line):
        return f"{line.verdict} †"
    return str(line.verdict) if repeated else f"{line.verdict}: {_reason(line)}"


def _reason(line: Compared) -> str:
    return text(line.reason) if line.reason else ""


def _is_long(line: Compared) -> bool:
    return line.verdict is Verdict.NOT_COMPARED and len(_reason(line)) > LONGEST_REASON


def forests(
    report: Report, company: Mapping[str, Look], *, title: str
) -> Iterator[tuple[str, Forest]]:
    """Yield a page for each setting that has an interval, with the name of its file.

    `company` has the look of every adapter. Cells that leak have no ratio and stand nowhere.
    """
    pages = [page for groups in _by_picture(report).values() for page in _pages(groups)]
    settings = [group.setting for page in pages for group in page]
    for groups in pages:
        words = apart(groups[0].setting, settings, APART)
        if any(page is not groups and _same_picture(page, groups) for page in pages):
            words.append(part_of([group.clients for group in groups]))
        lines = tuple(line for group in groups for line in group.lines)
        forest = Forest(title, replace(report, lines=lines), groups, company)
        if forest.metrics:
            yield NAME + ending(words), forest


def _by_picture(report: Report) -> dict[object, list[Group]]:
    """Return the groups by what all in a picture have in common, ordered as they stand in it."""
    by_group: dict[str, list[Compared]] = defaultdict(list)
    for line in report.lines:
        if line.conditions.steady:
            by_group[line.group].append(line)
    groups = [_group(lines) for lines in by_group.values()]
    found: dict[object, list[Group]] = defaultdict(list)
    for group in sorted(
        groups, key=lambda group: (_picture(group), group.clients, group.setting.rank)
    ):
        found[_picture(group)].append(group)
    return found


def _group(lines: Sequence[Compared]) -> Group:
    conditions = lines[0].conditions
    return Group(setting(told(conditions, lines)), conditions.clients, tuple(lines))


def _picture(group: Group) -> tuple[object, ...]:
    return tuple(getattr(group.setting, field) for field in APART)


def _same_picture(one: Sequence[Group], other: Sequence[Group]) -> bool:
    return _picture(one[0]) == _picture(other[0])


def _pages(groups: Sequence[Group]) -> Iterator[tuple[Group, ...]]:
    """Yield as many groups at a time as a page holds; those with as many clients stay together."""
    rows = 1 + max(len({line.contender for line in group.lines}) for group in groups)
    page: list[Group] = []
    for clients in sorted({group.clients for group in groups}):
        more = [group for group in groups if group.clients == clients]
        if page and (len(page) + len(more)) * rows > ROWS_A_PAGE:
            yield tuple(page)
            page = []
        page += more
    yield tuple(page)


def ticks(span: tuple[float, float], room: float) -> list[float]:
    """Return where a scale has ticks: as many round ratios as have room, 1 among them.

    `room` is what a tick takes, as a share of the whole scale.
    """
    low, high = span
    for found in _rounder(low, high):
        apart = (math.log(after / before) for before, after in pairwise(found))
        if min(apart, default=math.inf) >= room * math.log(high / low):
            return found
    return [1.0]


def _rounder(low: float, high: float) -> Iterator[list[float]]:
    """Yield ticks inside a scale, ever fewer and rounder."""
    for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5):
        if high - low < 100 * step:
            last, first = math.floor(high / step), math.ceil(low / step)
            yield [round(step * place, 2) for place in range(first, last + 1)]
    least, most = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for steps in ((1, 2, 5), (1, 3), (1,)):
        yield _inside(low, high, (s * 10.0**d for d in range(least, most + 1) for s in steps))
    for every in range(2, most - least):
        decades = (10.0**decade for decade in range(least, most + 1) if decade % every == 0)
        yield _inside(low, high, decades)


def _inside(low: float, high: float, places: Iterable[float]) -> list[float]:
    return [float(f"{place:g}") for place in places if low <= place <= high]
