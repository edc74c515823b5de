"""What has changed from one run to another: another version, another commit, another machine.

Only what is anchored inside each run is compared (METHOD 18). Rows and environments in, lines and
sentences out. A ratio is always B against A.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean
from typing import TYPE_CHECKING, Any

from runner.analysis.comparison import ONE_ROUND, flaws
from runner.analysis.intervals import ALPHA, confidence, holm, welch
from runner.analysis.verdict import MARGIN, METRICS, Metric, Verdict
from runner.axes import spelled
from runner.config.complaints import ConfigError, nearest
from runner.roles import LIMIT, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from runner.results.row import Row
    from runner.results.rows import Rows

SHARE = Metric(
    "share_of_limit",
    "share of the limit",
    Verdict.FASTER,
    Verdict.SLOWER,
    METRICS["ops_per_s"].empty,
)
NO_LIMIT = f"no limit ({LIMIT}) was measured for it"
ANCHORED = (SHARE, METRICS["client_cpu_us_per_op"])
ABSOLUTE = tuple(METRICS[name] for name in ("ops_per_s", "total_ms_mean", "total_ms_p99"))
MAY_DIFFER = "absolute figures: machines may differ"
COMPARABLE = {metric.column for metric in (*ANCHORED, *ABSOLUTE)}
CONDITION = re.compile(r"\s*(\w+)\s*([<>])\s*([+-]\d+(?:\.\d*)?)\s*%\s*", re.ASCII)


@dataclass(frozen=True)
class Change:
    """One metric of one cell, in B against A. None is an empty field."""

    cell: str
    adapter: str
    metric: str
    """`share_of_limit`, or a column of `cells.csv`."""
    rounds_a: int
    rounds_b: int
    ratio: float | None = None
    """The geometric mean over the rounds of B against that of A."""
    low: float | None = None
    """With `high`: a plain interval of 95 %."""
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    """After Holm over all cells of the metric."""
    verdict: Verdict = Verdict.NO_DIFFERENCE
    reason: str = ""
    """Why it is not compared, in words."""
    words: str = ""
    """The whole line in words."""


@dataclass(frozen=True)
class Across:
    """What two runs say together: a line for each cell of both and metric, and what has none."""

    changes: tuple[Change, ...]
    only_a: tuple[str, ...]
    """Cells that B does not have."""
    only_b: tuple[str, ...]
    limitless: tuple[str, ...]
    """Which runs, of `A` and `B`, have no limit."""
    margin: float
    """As a share: 0.03 is 3 %."""

    def sentences(self) -> list[str]:
        """Return what is to be read before the figures: what could not be compared at all."""
        return [
            *(
                f"There is no limit ({LIMIT}) in {run}: the share of it cannot be compared."
                for run in self.limitless
            ),
            *([] if self.changes else ["A and B have no cell in common."]),
            *(
                f"Only in {run}: {', '.join(cells)}."
                for run, cells in (("A", self.only_a), ("B", self.only_b))
                if cells
            ),
        ]


def across(a: Rows, b: Rows, *, absolute: bool = False, margin: float = MARGIN) -> Across:
    """Return what has changed from run A to run B, cell by cell, matched by their ids.

    `absolute` adds figures that are not anchored inside each run. `margin` is a share: smaller
    differences are none in practice. The control is left out: it is the baseline again.
    """
    runs = _Run("A", a), _Run("B", b)
    cells_a, cells_b = (run.cells for run in runs)
    metrics = (*ANCHORED, *ABSOLUTE) if absolute else ANCHORED
    changes = [
        _change(*runs, cell, metric) for cell in cells_a if cell in cells_b for metric in metrics
    ]
    return Across(
        changes=tuple(_judged(changes, margin)),
        only_a=tuple(cell for cell in cells_a if cell not in cells_b),
        only_b=tuple(cell for cell in cells_b if cell not in cells_a),
        limitless=tuple(run.name for run in runs if not run.has_limit),
        margin=margin,
    )


def differences(environment_a: Mapping[str, Any], environment_b: Mapping[str, Any]) -> list[str]:
    """Return in what two `environment.json` differ that could explain a number, a sentence each.

    An adapter that only one of them has is no difference: its cells are only in one run.
    """
    shared = environment_a.get("adapters", {}).keys() & environment_b.get("adapters", {}).keys()
    facts_a, facts_b = (_facts(one, shared) for one in (environment_a, environment_b))
    sentences = [
        f"{name}: {facts_a.get(name, 'not recorded')} in A, {facts_b.get(name, 'not recorded')} "
        "in B."
        for name in dict.fromkeys([*facts_a, *facts_b])
        if facts_a.get(name) != facts_b.get(name)
    ]
    if environment_a.get("fingerprint") != environment_b.get("fingerprint"):
        sentences.append("The configurations differ: config.yaml of A and of B say how.")
    return sentences


def _facts(environment: Mapping[str, Any], adapters: Iterable[str]) -> dict[str, Any]:
    """Return everything that is told of machine, adapters and server, under a name in words."""
    server = environment.get("server", {})
    return {
        **environment.get("machine", {}),
        **{
            f"{name} {key}": value
            for name in sorted(adapters)
            for key, value in _flat(environment["adapters"][name])
        },
        **{f"server {key}": server[key] for key in ("kind", "version") if key in server},
        **{f"server setting {key}": value for key, value in server.get("settings", {}).items()},
    }


def _flat(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from ((f"{key} {deeper}", leaf) for deeper, leaf in _flat(inner))
        else:
            yield key, inner


@dataclass(frozen=True)
class FailIf:
    """A change that a user does not accept: `share_of_limit < -5%`."""

    text: str
    metric: str
    below: bool
    """Whether it is what lies below the bound that is not accepted, or what lies above."""
    bound: float
    """As a ratio: 0.95 for -5 %."""

    def judges(self, change: Change) -> bool:
        """Return whether this is about that change, and there is an interval to judge by."""
        return change.metric == self.metric and change.low is not None

    def broken_by(self, change: Change) -> bool:
        """Return whether the whole interval lies beyond the bound, so that noise breaks nothing."""
        if change.metric != self.metric or change.low is None or change.high is None:
            return False
        return change.high < self.bound if self.below else change.low > self.bound


def parse(text: str) -> FailIf:
    """Read what `--fail-if` was given: METRIC < or > SIGNED PERCENT. Raises ConfigError."""
    match = CONDITION.fullmatch(text)
    if not match:
        raise ConfigError(
            [f"--fail-if {text}: must be METRIC < or > SIGNED PERCENT: share_of_limit < -5%"]
        )
    metric, sign, percent = match.groups()
    if metric not in COMPARABLE:
        known = ", ".join(sorted(COMPARABLE))
        hint = nearest(metric, COMPARABLE)
        raise ConfigError([f"--fail-if {text}: must be one of {known}, is {metric}{hint}"])
    bound = 1 + float(percent) / 100
    if bound <= 0:
        raise ConfigError([f"--fail-if {text}: must be more than -100%, is {percent}%"])
    return FailIf(text, metric, sign == "<", bound)


@dataclass(frozen=True)
class _Run:
    """The rows of one run, by cell, and the limit that each is held against."""

    name: str
    rows: Rows

    @cached_property
    def cells(self) -> dict[str, list[Row]]:
        cells: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(self.rows.adapters, key=lambda row: (row.conditions.rank, row.contender)):
            cells[row.cell.id].append(row)
        return dict(cells)

    @property
    def has_limit(self) -> bool:
        """Whether the limit came out well in any round."""
        return any(self.limit(row) for row in self.rows.of(Role.LIMIT))

    def limit(self, row: Row) -> float | None:
        """Return what the server could do in the round of a row."""
        limit = self.rows.limit(row)
        return None if limit is None or limit.bad else limit.ops_per_s

    def logs(self, cell: str, metric: Metric) -> list[float] | str:
        """Return the logarithm of a cell's value in each round, or why there is none.

        A round without a limit is passed over: that says nothing of the cell.
        """
        rows = self.cells[cell]
        if flaw := next(flaws(rows), ""):
            return flaw
        if metric is SHARE:
            rows = [row for row in rows if self.limit(row)]
        values = [self._value(row, metric) for row in rows]
        for row, value in zip(rows, values, strict=True):
            if not value:
                why = metric.empty if value is None else f"{metric.label} is 0"
                return f"{why} in round {row.round}"
        return [math.log(value) for value in values if value] or NO_LIMIT

    def _value(self, row: Row, metric: Metric) -> float | None:
        if metric is not SHARE:
            value: float | None = getattr(row, metric.column)
            return value
        limit = self.limit(row)
        return row.ops_per_s / limit if row.ops_per_s is not None and limit else None


def _change(a: _Run, b: _Run, cell: str, metric: Metric) -> Change:
    """Return a line with everything but what the other lines decide."""
    row_a, row_b = a.cells[cell][0], b.cells[cell][0]
    line = Change(cell, row_a.contender, metric.column, len(a.cells[cell]), len(b.cells[cell]))
    terms_b = row_b.conditions.columns()
    for term, here in row_a.conditions.columns().items():
        if here != terms_b[term] and None not in (here, terms_b[term]):  # not known of old reports
            return _refused(
                line, f"{term} is {spelled(here)} in A and {spelled(terms_b[term])} in B"
            )
    logs_a, logs_b = a.logs(cell, metric), b.logs(cell, metric)
    if isinstance(logs_a, str):
        return _refused(line, f"in A: {logs_a}")
    if isinstance(logs_b, str):
        return _refused(line, f"in B: {logs_b}")
    return _with_ratio(line, logs_a, logs_b)


def _refused(line: Change, reason: str) -> Change:
    return replace(line, verdict=Verdict.NOT_COMPARED, reason=reason)


def _with_ratio(line: Change, logs_a: Sequence[float], logs_b: Sequence[float]) -> Change:
    ratio = math.exp(fmean(logs_b) - fmean(logs_a))
    line = replace(line, rounds_a=len(logs_a), rounds_b=len(logs_b), ratio=ratio)
    if 1 in (line.rounds_a, line.rounds_b):
        return _refused(line, ONE_ROUND)
    found = welch(logs_a, logs_b, confidence(looks=1))
    return replace(line, low=math.exp(found.low), high=math.exp(found.high), p=found.p)


def _judged(changes: Sequence[Change], margin: float) -> Iterator[Change]:
    """Yield the lines with their verdicts; the cells of a metric are a family."""
    families: dict[str, list[float]] = defaultdict(list)
    for line in changes:
        if line.p is not None:
            families[line.metric].append(line.p)
    adjusted = {metric: iter(holm(ps)) for metric, ps in families.items()}
    for line in changes:
        judged = line
        if line.p is not None:
            judged = replace(line, p_adjusted=next(adjusted[line.metric]))
            judged = replace(judged, verdict=_verdict(judged, margin))
        yield replace(judged, words=_words(judged))


def _verdict(line: Change, margin: float) -> Verdict:
    """Call a change by its name where it is neither chance nor too small to matter (METHOD 6)."""
    log = math.log(line.ratio or 1.0)
    if line.p_adjusted is None or line.p_adjusted >= ALPHA or abs(log) <= math.log1p(margin):
        return Verdict.NO_DIFFERENCE
    metric = SHARE if line.metric == SHARE.column else METRICS[line.metric]
    return metric.more if log > 0 else metric.less


def _words(line: Change) -> str:
    """Write a line as `-12.3 % [-14.0 %, -10.6 %] slower`."""
    ratio, low, high = (
        "" if value is None else f"{100 * (value - 1):+.1f} %"
        for value in (line.ratio, line.low, line.high)
    )
    if line.verdict is Verdict.NOT_COMPARED:
        return f"{ratio and f'{ratio}, '}not compared: {line.reason}"
    known = any(line.metric == metric.column for metric in ANCHORED)
    return f"{ratio} [{low}, {high}] {line.verdict}{'' if known else f' ({MAY_DIFFER})'}"
