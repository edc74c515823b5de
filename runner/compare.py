"""Who is faster than the baseline, by how much and how surely; or why that cannot be said.

Rows of `cells.csv` in, lines of `comparison.csv` and plain sentences out (METHOD 5 to 9).
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from runner.names import CONTROL, LIMIT
from runner.statistic import ALPHA, confidence, holm, interval, rounds_needed
from runner.summary import paired

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from runner.result import Result

MARGIN = 0.03
"""Differences below this are none in practice."""
MOST_FAILED = 0.01
"""The share of failed operations, over all rounds, above which a cell is not compared."""
LEAKS = "clients leak: a speed means nothing"
ONE_ROUND = "one round only: no interval"
NAMED_GROUPS = 3
"""How many groups a sentence names before it counts them."""
LEAST_LEGIBLE, MOST_LEGIBLE = 0.1, 100.0
"""Between these a ratio has two decimals."""
FEW_PERCENT = 9.95
"""Below this a share has two digits, above it no decimal: 3.4 %, 12 %, 100 %."""


class Verdict(StrEnum):
    """What may be said of an adapter against the baseline."""

    FASTER = "faster"
    SLOWER = "slower"
    SHORTER = "shorter"
    LONGER = "longer"
    CHEAPER = "cheaper"
    DEARER = "dearer"
    NO_DIFFERENCE = "no difference shown"
    BASELINE = "baseline"
    CONTROL = "control"
    NOT_COMPARED = "not compared"

    @property
    def better(self) -> bool:
        """Whether the adapter does better than the baseline."""
        return self in {Verdict.FASTER, Verdict.SHORTER, Verdict.CHEAPER}

    @property
    def worse(self) -> bool:
        """Whether the adapter does worse than the baseline."""
        return self in {Verdict.SLOWER, Verdict.LONGER, Verdict.DEARER}


@dataclass(frozen=True)
class Metric:
    """A column of `cells.csv` that is compared."""

    column: str
    label: str
    more: Verdict
    """What a ratio above 1 is called."""
    less: Verdict
    empty: str
    """What an empty field means, in words."""
    queue: bool = False
    """Whether it means something only where clients have to wait for each other."""

    @property
    def better(self) -> str:
        """`higher` or `lower`."""
        return "higher" if self.more.better else "lower"


TOO_FEW = "too few samples for a p99"
SPEED = Metric(
    "ops_per_s", "operations per second", Verdict.FASTER, Verdict.SLOWER, "no rate was measured"
)
METRICS = {
    metric.column: metric
    for metric in (
        SPEED,
        Metric(
            "total_ms_mean", "mean time", Verdict.LONGER, Verdict.SHORTER, "no time was measured"
        ),
        Metric("total_ms_p99", "p99 of the time", Verdict.LONGER, Verdict.SHORTER, TOO_FEW),
        Metric(
            "wait_ms_p99", "p99 of the wait", Verdict.LONGER, Verdict.SHORTER, TOO_FEW, queue=True
        ),
        Metric(
            "client_cpu_us_per_op",
            "client CPU per operation",
            Verdict.DEARER,
            Verdict.CHEAPER,
            "no CPU time was measured",
        ),
    )
}
"""What is compared, by its column."""


@dataclass(frozen=True)
class Compared:
    """One adapter, one metric, one group: a line of `comparison.csv`. None is an empty field."""

    group: str
    workload: str
    cpus: str
    profile: str
    clients: int
    pool_min: int | None
    pool_max: int | None
    leak: float
    metric: str
    """The column of `cells.csv`."""
    adapter: str
    baseline: str
    """Empty where no adapter of the group can be one."""
    rounds: int
    """Pairs of rows; of the baseline and of what is not compared: rows."""
    ratio: float | None = None
    """The adapter's value against the baseline's: the geometric mean over the rounds."""
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    """Of the interval from `low` to `high`, and of that of the share: 0.95 is 95 %."""
    p: float | None = None
    p_adjusted: float | None = None
    """After Holm over all groups of the metric, and times the looks."""
    verdict: Verdict = Verdict.NO_DIFFERENCE
    reason: str = ""
    """Why it is not compared, in words."""
    share_of_limit: float | None = None
    """Operations per second against those of `pgbench` in the same round; 1 is all of them."""
    share_low: float | None = None
    share_high: float | None = None
    words: str = ""
    """The whole line in words."""

    @property
    def half_width(self) -> float | None:
        """Half of the interval, on the logarithm of the ratio."""
        return math.log(self.high / self.low) / 2 if self.low and self.high else None

    @property
    def reach(self) -> float:
        """How far from equal the interval reaches, on the logarithm of the ratio."""
        return max(abs(math.log(end)) for end in (self.low, self.high, 1.0) if end)


@dataclass(frozen=True)
class Report:
    """What a run supports: a line for each adapter, metric and group, and sentences about them."""

    lines: tuple[Compared, ...]
    margin: float
    """As a share: 0.03 is 3 %."""
    looks: int

    @cached_property
    def speeds(self) -> tuple[Compared, ...]:
        """The lines of operations per second of the adapters that have an interval."""
        return tuple(line for line in self._with_interval if line.adapter != CONTROL)

    @cached_property
    def controls(self) -> tuple[Compared, ...]:
        """The same of the control: the noise of each group."""
        return tuple(line for line in self._with_interval if line.adapter == CONTROL)

    @property
    def noise_floor(self) -> float | None:
        """The widest end of the control's intervals as a share, 0.08 for 0.93x or 1.08x.

        None where no control has an interval.
        """
        widest = max((line.reach for line in self.controls), default=None)
        return None if widest is None else math.expm1(widest)

    def sentences(self) -> list[str]:
        """Return what is to be read before the figures: the noise, then the order over the cpus."""
        return [*_about_noise(self), *_about_cpus(self.lines)]

    @cached_property
    def _with_interval(self) -> tuple[Compared, ...]:
        return tuple(
            line for line in self.lines if line.metric == SPEED.column and line.low is not None
        )


def reached(report: Report) -> float | None:
    """Return the precision of a run: the widest half of its intervals of operations per second.

    As a share: 0.05 is +-5 %. The control does not count. None where there is no interval.
    """
    widths = [line.half_width for line in report.speeds if line.half_width is not None]
    return math.expm1(max(widths)) if widths else None


def compare(
    results: Iterable[Result],
    *,
    baseline: str | None,
    adapters: Sequence[str] = (),
    margin: float = MARGIN,
    looks: int = 1,
) -> Report:
    """Return every adapter against the baseline, paired inside each round.

    `adapters` is their order in the plan, those left out follow by name. Without a `baseline` it is
    the first in that order that can be compared, in each group. `looks` is how many times the run
    may look at its intervals before it stops: each then has a confidence of 1 - 0.05 / looks.
    """
    rows = paired(results)
    limits = {_place(row): row.ops_per_s for row in rows if row.adapter == LIMIT and not row.bad}
    groups = _groups([row for row in rows if row.adapter != LIMIT], adapters, baseline)
    lines = [
        _line(group, metric, name, limits, confidence(looks))
        for group in groups
        for metric in METRICS.values()
        if group.queues or not metric.queue
        for name in group.entries
    ]
    return Report(tuple(_judged(lines, margin, looks)), margin, looks)


def _place(row: Result) -> tuple[object, ...]:
    """Return what a cell and the limit that it is held against have in common."""
    return row.round, row.workload, row.cpus, row.pool_max


@dataclass(frozen=True)
class _Entry:
    """One adapter in one group: its row of each round."""

    rows: Mapping[int, Result]

    @cached_property
    def any(self) -> Result:
        return next(iter(self.rows.values()))

    @cached_property
    def flaw(self) -> str:
        """Why nothing of it can be compared (METHOD 7); empty where it can."""
        return next(_flaws(list(self.rows.values())), "")

    def refusal(self, metric: Metric) -> str:
        """Say why this metric of it cannot be compared; empty where it can."""
        if self.flaw:
            return self.flaw
        if metric.queue and self.any.pool_max is None:
            return "it has no pool to wait for"
        for row in self.rows.values():
            value = getattr(row, metric.column)
            if value is None:
                return f"{metric.empty} in round {row.round}"
            if not value > 0:
                return f"{metric.label} is {value:g} in round {row.round}: there is no ratio"
        return ""


def _flaws(rows: Sequence[Result]) -> Iterator[str]:
    """Yield what forbids to compare an adapter's rows, the gravest first."""
    if rows[0].leak:
        yield LEAKS
    yield from (f"{row.status} in round {row.round}: {row.reason}" for row in rows if row.bad)
    starving = [row.starved_clients for row in rows if row.starved_clients]
    if starving:
        often = f" in {len(starving)} of {len(rows)} rounds" if len(starving) < len(rows) else ""
        yield f"starves {max(starving)} of {rows[0].clients} clients{often}"
    operations, ok = (sum(getattr(row, name) or 0 for row in rows) for name in ("operations", "ok"))
    failed = 1 - ok / operations if operations else 0.0
    if failed > MOST_FAILED:
        yield f"{_percent(failed)} of operations failed"
    yield from (f"no success in round {row.round}" for row in rows if not row.ok)


@dataclass(frozen=True)
class _Group:
    """The adapters that are compared with each other, in the order of the plan."""

    entries: Mapping[str, _Entry]
    baseline: str
    repeated: str
    """What the control repeats."""

    @property
    def queues(self) -> bool:
        """Whether there are more clients than connections."""
        rows = (entry.any for entry in self.entries.values())
        return any(row.pool_max is not None and row.clients > row.pool_max for row in rows)

    def refusal(self, metric: Metric, name: str) -> str:
        """Say why an adapter cannot be compared with the baseline; empty where it can."""
        own = self.entries[name].refusal(metric)
        if own or name == self.baseline:
            return own
        if name == CONTROL and self.baseline != self.repeated:
            return f"the control repeats {self.repeated}, which is not the baseline here"
        if self.baseline not in self.entries:
            return f"the baseline {self.baseline} was not measured here"
        reason = self.entries[self.baseline].refusal(metric)
        return reason and f"the baseline {self.baseline} cannot be compared: {reason}"


def _groups(
    rows: Sequence[Result], adapters: Sequence[str], baseline: str | None
) -> Iterator[_Group]:
    """Yield the groups by what they are; `rows` come round by round."""
    names = {row.adapter for row in rows} - {*adapters, CONTROL}
    order = [*adapters, *sorted(names), CONTROL]
    found: dict[str, dict[str, dict[int, Result]]] = defaultdict(lambda: defaultdict(dict))
    for row in sorted(rows, key=_axes):
        found[row.group][row.adapter][row.round] = row
    for by_adapter in found.values():
        entries = {name: _Entry(by_adapter[name]) for name in order if name in by_adapter}
        sound = (name for name, entry in entries.items() if name != CONTROL and not entry.flaw)
        yield _Group(entries, baseline or next(sound, ""), baseline or order[0])


def _axes(row: Result) -> tuple[object, ...]:
    return row.workload, row.profile, row.cpus, row.clients, row.leak, row.group


def _line(
    group: _Group,
    metric: Metric,
    name: str,
    limits: Mapping[tuple[object, ...], float | None],
    level: float,
) -> Compared:
    """Return a line with everything but what the other lines of its family decide."""
    entry = group.entries[name]
    line = _blank(group, metric, name)
    if metric is SPEED and not entry.flaw:
        line = _with_share(line, entry, limits, level)
    reason = group.refusal(metric, name)
    if reason:
        return replace(line, verdict=Verdict.NOT_COMPARED, reason=reason)
    if name == group.baseline:
        return replace(line, verdict=Verdict.BASELINE, ratio=1.0)
    return _with_ratio(line, _logs(metric, entry, group.entries[group.baseline]), level)


def _blank(group: _Group, metric: Metric, name: str) -> Compared:
    row = group.entries[name].any
    return Compared(
        group=row.group,
        workload=row.workload,
        cpus=row.cpus,
        profile=row.profile,
        clients=row.clients,
        pool_min=row.pool_min,
        pool_max=row.pool_max,
        leak=row.leak,
        metric=metric.column,
        adapter=name,
        baseline=group.baseline,
        rounds=len(group.entries[name].rows),
    )


def _logs(metric: Metric, entry: _Entry, base: _Entry) -> list[float]:
    """Return the log ratio of each round that both have."""
    return [
        math.log(getattr(row, metric.column) / getattr(base.rows[number], metric.column))
        for number, row in entry.rows.items()
        if number in base.rows
    ]


def _with_ratio(line: Compared, logs: Sequence[float], level: float) -> Compared:
    if not logs:
        reason = f"no round in common with the baseline {line.baseline}"
        return replace(line, rounds=0, verdict=Verdict.NOT_COMPARED, reason=reason)
    if len(logs) == 1:
        ratio = math.exp(logs[0])
        return replace(line, rounds=1, ratio=ratio, verdict=Verdict.NOT_COMPARED, reason=ONE_ROUND)
    found = interval(logs, level)
    return replace(
        line,
        rounds=len(logs),
        ratio=math.exp(found.mean),
        low=math.exp(found.low),
        high=math.exp(found.high),
        confidence=level,
        p=found.p,
        verdict=Verdict.CONTROL if line.adapter == CONTROL else Verdict.NO_DIFFERENCE,
    )


def _with_share(
    line: Compared,
    entry: _Entry,
    limits: Mapping[tuple[object, ...], float | None],
    level: float,
) -> Compared:
    """Hold an adapter's operations per second against what the server could do (METHOD 13)."""
    logs = [
        math.log(row.ops_per_s / limit)
        for row in entry.rows.values()
        if row.ops_per_s and (limit := limits.get(_place(row)))
    ]
    if not logs:
        return line
    line = replace(line, share_of_limit=math.exp(math.fsum(logs) / len(logs)))
    if len(logs) == 1:
        return line
    found = interval(logs, level)
    low, high = math.exp(found.low), math.exp(found.high)
    return replace(line, confidence=level, share_low=low, share_high=high)


def _judged(lines: Sequence[Compared], margin: float, looks: int) -> Iterator[Compared]:
    """Yield the lines with their verdicts. The control is a family of its own."""
    families: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.p is not None:
            families[line.metric, line.adapter == CONTROL].append(index)
    adjusted: dict[int, float] = {}
    for members in families.values():
        ps = holm([lines[index].p or 0.0 for index in members])
        adjusted |= zip(members, (min(1.0, looks * p) for p in ps), strict=True)
    for index, line in enumerate(lines):
        judged = replace(line, p_adjusted=adjusted.get(index))
        if line.verdict is Verdict.NO_DIFFERENCE and _beyond(judged, margin):
            metric = METRICS[line.metric]
            above = line.ratio is not None and line.ratio > 1
            judged = replace(judged, verdict=metric.more if above else metric.less)
        yield replace(judged, words=_words(judged))


def _beyond(line: Compared, margin: float) -> bool:
    """Return whether a difference is neither chance nor too small to matter (METHOD 6)."""
    if line.p_adjusted is None or not line.ratio:
        return False
    return line.p_adjusted < ALPHA and abs(math.log(line.ratio)) > math.log1p(margin)


def _words(line: Compared) -> str:
    if line.verdict is Verdict.BASELINE:
        return "baseline"
    if line.verdict is Verdict.NOT_COMPARED:
        ratio = "" if line.ratio is None else f"{_number(line.ratio)}x, "
        return f"{ratio}not compared: {line.reason}"
    return f"{_span(line)} {line.verdict}"


def _span(line: Compared) -> str:
    """Write a ratio with its interval: `1.23x [1.18, 1.29]`."""
    ratio, low, high = (_number(value or 0.0) for value in (line.ratio, line.low, line.high))
    return f"{ratio}x [{low}, {high}]"


def _number(ratio: float) -> str:
    """Write a ratio to two decimals, or to three digits where those say nothing."""
    return f"{ratio:.2f}" if LEAST_LEGIBLE <= ratio < MOST_LEGIBLE else f"{ratio:.3g}"


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:.2g} %" if percent < FEW_PERCENT else f"{percent:.0f} %"


def _about_noise(report: Report) -> Iterator[str]:
    """Yield what the control says, and what the run can support for it (METHOD 8)."""
    if not report.speeds and any(line.reason == ONE_ROUND for line in report.lines):
        yield "One round only: there are no intervals, and nobody is called faster or slower."
        return
    if report.noise_floor is None:
        yield _no_floor(report)
        return
    yield _floor(report.controls)
    margin = _percent(report.margin)
    if report.noise_floor <= report.margin:
        yield f"The noise floor lies within the margin of {margin}."
    else:
        floor = _percent(report.noise_floor)
        yield (
            f"The noise floor is wider than the margin of {margin}: differences under {floor} "
            f"cannot be told from noise here.{_more_rounds(report)}"
        )
    yield from _doubts(report)


def _no_floor(report: Report) -> str:
    reasons = [line.reason for line in report.lines if line.adapter == CONTROL]
    why = f"the control could not be compared ({reasons[0]})" if reasons else "there is no control"
    return f"The noise floor of this run is not known: {why}."


def _floor(controls: Sequence[Compared]) -> str:
    widest = max(controls, key=lambda line: line.reach)
    if len(controls) == 1:
        return f"Noise floor: {widest.baseline} against itself came out at {_span(widest)}."
    ratios = [line.ratio or 0.0 for line in controls]
    return (
        f"Noise floor: over {len(controls)} groups the baseline against itself came out between "
        f"{_number(min(ratios))}x and {_number(max(ratios))}x; the interval that reaches farthest "
        f"is {_span(widest)} ({widest.group})."
    )


def _more_rounds(report: Report) -> str:
    """Say how many rounds would do, where it is rounds that are missing."""
    widest = max(report.controls, key=lambda line: line.half_width or 0.0)
    goal = math.log1p(report.margin)
    width, level = widest.half_width or 0.0, widest.confidence or 0.0
    if not 0 < goal < width:
        return ""
    needed = rounds_needed(width, widest.rounds, level, goal)
    return f" To tell {_percent(report.margin)} would take about {needed} rounds of such noise."


def _doubts(report: Report) -> Iterator[str]:
    """Yield the groups whose noise is no chance, and the verdicts that are smaller than it."""
    for line in report.controls:
        if _beyond(line, report.margin):
            yield (
                f"The baseline {line.baseline} differs from itself by more than chance in "
                f"{line.group}: {_span(line)}. Do not trust the verdicts of that group."
            )
    noise = {line.group: line.reach for line in report.controls}
    within = [
        f"{line.adapter} in {line.group}"
        for line in report.speeds
        if (line.verdict.better or line.verdict.worse)
        and abs(math.log(line.ratio or 1.0)) < noise.get(line.group, 0.0)
    ]
    if within:
        yield f"Called faster or slower by less than the noise of the same group: {_some(within)}."


def _about_cpus(lines: Sequence[Compared]) -> Iterator[str]:
    """Yield whether the order of speeds is the same on all cores and on one (METHOD 12)."""
    pairs: dict[tuple[object, ...], dict[str, Compared]] = defaultdict(dict)
    for line in lines:
        if line.metric == SPEED.column and _says_something(line):
            pairs[_but_cpus(line)][line.cpus] = line
    groups: dict[str, list[str]] = defaultdict(list)
    for pair in pairs.values():
        if {"all", "one"} <= pair.keys():
            groups[_over_cpus(pair["all"], pair["one"])].append(pair["all"].group)
    for sentence, where in groups.items():
        yield f"{sentence} ({_some(where)})."


def _says_something(line: Compared) -> bool:
    return line.verdict.better or line.verdict.worse or line.verdict is Verdict.NO_DIFFERENCE


def _but_cpus(line: Compared) -> tuple[object, ...]:
    """Return everything that two lines share that differ only in `cpus`."""
    pool = line.pool_min, line.pool_max
    setting = line.workload, line.profile, line.clients, pool, line.leak
    return *setting, line.adapter, line.baseline


def _over_cpus(every: Compared, one: Compared) -> str:
    """Say no more than the two verdicts support: `no difference shown` is not `equal`."""
    adapter, baseline = every.adapter, every.baseline
    shown = [line.verdict for line in (every, one) if line.verdict is not Verdict.NO_DIFFERENCE]
    if not shown:
        return f"Between {adapter} and {baseline} no difference is shown, on all cores or on one"
    if len(shown) == 1:
        here, there = ("all cores", "one") if every.verdict is shown[0] else ("one core", "all")
        return (
            f"{adapter} is {shown[0]} than {baseline} on {here}; on {there} no difference is shown"
        )
    if shown[0] is shown[1]:
        return f"{adapter} is {shown[0]} than {baseline} on all cores and on one"
    return (
        f"{adapter} is {shown[0]} than {baseline} on all cores and {shown[1]} on one: "
        "the order turns over"
    )


def _some(names: Sequence[str]) -> str:
    """Name the first few, count the others."""
    more = len(names) - NAMED_GROUPS
    return ", ".join(names[:NAMED_GROUPS]) + (f" and {more} more" if more > 0 else "")
