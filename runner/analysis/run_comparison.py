"""The comparison of runs: another version, another commit, another machine.

What is independent is the run, so a verdict takes several of each side (METHOD 23), and only what
is anchored inside each run gets one (METHOD 18). A ratio is always B against A.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import chain
from statistics import fmean
from typing import TYPE_CHECKING

from runner.analysis.change import (
    ABSOLUTE,
    ANCHORED,
    COMPARABLE,
    Change,
    Lack,
    RunComparison,
)
from runner.analysis.intervals import ALPHA, pooled, ratio_of, welch
from runner.analysis.measured_run import MeasuredRun
from runner.analysis.verdict import MARGIN, Verdict, conclusion
from runner.axis import spelled
from runner.messages import Message, message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.metrics import Metric
    from runner.results.rows import Rows

    Side = Sequence[MeasuredRun]
    """The runs of A, or those of B."""
    Logs = Sequence[Sequence[float]]
    """Run -> round -> logarithm of a value."""

LEAST_ROUNDS = 2
"""The rounds of a run from which on they have an interval."""


def compare_runs(
    a: Sequence[Rows], b: Sequence[Rows], *, absolute: bool = False, margin: float = MARGIN
) -> RunComparison:
    """Return the changes from the runs A to the runs B, cell by cell, matched by their ids.

    `absolute` adds figures that are not anchored inside each run. `margin` is a share: smaller
    differences do not matter. The control is left out: it is the baseline again.
    """
    side_a, side_b = _side("A", a), _side("B", b)
    cells = [cell for cell in _cells(side_a) if cell in _cells(side_b)]
    metrics = (*ANCHORED, *ABSOLUTE) if absolute else ANCHORED
    level = _level(cells, side_a)
    changes = (
        _change(side_a, side_b, cell, metric, level)
        for cell in cells
        for metric in metrics
        if metric.paced in (None, side_a[0].paced(cell))
    )
    runs = [*side_a, *side_b]
    return RunComparison(
        changes=tuple(_judged(change, margin) for change in changes),
        lacks=tuple(_lacks(runs)),
        limitless=tuple(run.name for run in runs if not run.has_limit),
        runs_a=len(side_a),
        runs_b=len(side_b),
        confidence=level,
        margin=margin,
    )


def _side(name: str, runs: Sequence[Rows]) -> Side:
    if len(runs) == 1:
        return [MeasuredRun(name, runs[0])]
    return [MeasuredRun(f"{name}{number}", rows) for number, rows in enumerate(runs, 1)]


def _cells(runs: Side) -> dict[str, None]:
    """Return the cells of runs, each once, in the order of the first that has it."""
    return dict.fromkeys(chain.from_iterable(run.cells for run in runs))


def _lacks(runs: Side) -> Iterator[Lack]:
    """Yield what some of the runs do not have; runs that lack the same are named together."""
    lacking: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for run in runs:
        lacking[tuple(cell for cell in _cells(runs) if cell not in run.cells)].append(run.name)
    return (Lack(tuple(names), cells) for cells, names in lacking.items() if cells)


def _level(cells: Sequence[str], side: Side) -> float:
    """Return the confidence of each interval that a verdict may rest on.

    Bonferroni, over the steady cells and both metrics: by the plan, so that what could not be
    compared changes no other interval.
    """
    conditions = {cell: run.cells[cell][0].conditions for run in side for cell in run.cells}
    steady = sum(conditions[cell].steady for cell in cells)
    return 1 - ALPHA / max(1, steady * len(ANCHORED))


def _change(side_a: Side, side_b: Side, cell: str, metric: Metric, level: float) -> Change:
    """Compare a cell over the runs that have it."""
    a, b = ([run for run in side if cell in run.cells] for side in (side_a, side_b))
    line = Change(cell, metric.column, len(a), len(b))
    reason = _other_terms([*a, *b], cell)
    if reason:
        return replace(line, verdict=Verdict.NOT_COMPARED, reason=reason)
    logs: dict[str, Sequence[float]] = {}
    for run in (*a, *b):
        values = run.logs(cell, metric)
        if isinstance(values, Message):
            reason = message("refused.in_run", run=run.name, reason=values)
            return replace(line, verdict=Verdict.NOT_COMPARED, reason=reason)
        logs[run.name] = values
    return _with_ratio(line, [logs[run.name] for run in a], [logs[run.name] for run in b], level)


def _other_terms(runs: Side, cell: str) -> Message | None:
    """Say in what two runs measured a cell under other conditions, though its name is the same."""
    known: dict[str, tuple[str, object]] = {}
    for run in runs:
        row = run.cells[cell][0]
        terms = {**row.conditions.columns(), "rate_per_s": row.rate_per_s}
        for term, value in terms.items():
            if value is None:  # not known of old reports
                continue
            name, before = known.setdefault(term, (run.name, value))
            if before != value:
                return message(
                    "refused.terms",
                    term=term,
                    first=spelled(before),
                    in_first=name,
                    second=spelled(value),
                    in_second=run.name,
                )
    return None


def _with_ratio(line: Change, a: Logs, b: Logs, level: float) -> Change:
    """Return the line with its ratio, and with an interval where there is one.

    The rounds of single runs have an interval too, which is no ground for a verdict: what differs
    from one run to the next is not in it.
    """
    means_a, means_b = ([fmean(rounds) for rounds in side] for side in (a, b))
    line = replace(line, ratio=ratio_of(fmean(means_b) - fmean(means_a)))
    if line.repeated:
        interval = pooled(means_a, means_b, level)
    elif line.runs_a == line.runs_b and min(len(a[0]), len(b[0])) >= LEAST_ROUNDS:
        interval = welch(a[0], b[0], 1 - ALPHA)
    else:
        return line
    return replace(line, low=ratio_of(interval.low), high=ratio_of(interval.high))


def _judged(line: Change, margin: float) -> Change:
    """Return the line with its verdict (METHOD 6), where it may have one."""
    if not line.judged or line.ratio is None or line.low is None or line.high is None:
        return line
    verdict = conclusion(COMPARABLE[line.metric], line.ratio, line.low, line.high, margin)
    return replace(line, verdict=verdict)
