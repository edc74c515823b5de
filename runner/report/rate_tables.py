"""The table of a group whose operations arrive at a given rate: times, and what was not done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.verdict import Verdict
from runner.axes import title
from runner.messages import message
from runner.metrics import COST, LATE_P99, PICKED_P50, PICKED_P99, TOTAL_P50, TOTAL_P99
from runner.report.captions import compared_in, with_real_size
from runner.report.entrant import Entrant, entrants
from runner.report.formats import NOTHING, number, share
from runner.report.model import Column, Emphasis, Row, Table
from runner.report.speed_notes import notes
from runner.roles import CONTROL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.analysis.report import Report
    from runner.analysis.summary import Summary
    from runner.messages import Message
    from runner.metrics import Metric
    from runner.report.model import Cell
    from runner.results.round_trips import RoundTrips
    from runner.results.rows import RowGroup, Rows


def rate_tables(
    rows: Rows, report: Report, round_trips: Iterable[RoundTrips] = ()
) -> Iterator[Table]:
    """Yield a table for each group of a rate, in the order of the rates."""
    trips, known = list(round_trips), entrants(rows, report)
    for group in rows.groups:
        if group.conditions.paced and group.rows:
            yield _table(group, known[group.conditions], trips)


def _table(group: RowGroup, own: Sequence[Entrant], trips: Sequence[RoundTrips]) -> Table:
    return Table(
        title=message("table.times", group=title(with_real_size(group.conditions, group.rows))),
        columns=_columns(own, group),
        rows=[_row(entrant) for entrant in sorted(own, key=_rank)],
        notes=[*_number(group), message("table.picked_up"), *notes(own, trips)],
    )


def _number(group: RowGroup) -> Iterator[Message]:
    """Say what a share of a rate is in numbers."""
    rate = group.conditions.rate
    numbers = [row.rate_per_s for row in group.rows if row.rate_per_s]
    if rate and rate.is_share and numbers:
        yield message("table.share_is", share=rate.number, rate=numbers[0])


def _columns(entrants: Sequence[Entrant], group: RowGroup) -> list[Column]:
    tails = [line for it in entrants if (line := it.lines.get(TOTAL_P99.column))]
    baseline = next((line.baseline for line in tails if line.baseline), "")
    against: Cell = message("table.p99_against", baseline=baseline) if baseline else ""
    return [
        Column(compared_in(group)),
        Column(message("table.p50"), numeric=True),
        Column(message("table.p99"), numeric=True),
        Column(against),
        Column(message("table.from_pick_up"), numeric=True),
        Column(message("table.not_done"), numeric=True),
        Column(message("table.late"), numeric=True),
        Column(message("table.cost"), numeric=True),
    ]


def _rank(entrant: Entrant) -> tuple[bool, bool, float]:
    """Put the shortest tail first, then those with a flaw, then the control."""
    return entrant.name == CONTROL, entrant.flaw is not None, entrant.p99 or 0.0


def _row(entrant: Entrant) -> Row:
    summary = entrant.summary
    cells = [
        message("table.noise_floor") if entrant.name == CONTROL else entrant.name,
        message("table.stacked", above=number(entrant.median), below=_verdict(entrant, TOTAL_P50)),
        number(entrant.p99),
        _against(entrant),
        message(
            "table.stacked",
            above=number(summary.median(PICKED_P50.column)),
            below=number(summary.median(PICKED_P99.column)),
        ),
        share(_not_done(summary)),
        number(summary.median(LATE_P99.column)),
        number(summary.median(COST.column)),
    ]
    emphasis = Emphasis.REFERENCE if entrant.name == CONTROL else Emphasis.NONE
    return Row(cells, emphasis, summary.cell.id)


def _against(entrant: Entrant) -> Cell:
    """Write the ratio of the p99 with its interval, and the verdict or the flaw."""
    line = entrant.lines.get(TOTAL_P99.column)
    if line is None:
        return NOTHING
    if line.verdict is Verdict.BASELINE:
        return message("table.verdict", verdict=line.verdict.value)
    below: Cell = entrant.flaw or message("table.verdict", verdict=line.verdict.value)
    if line.verdict is Verdict.CONTROL:
        below = message("table.baseline_again")
    if line.low is None:
        return below
    return message("table.stacked", above=line.span, below=below)


def _verdict(entrant: Entrant, metric: Metric) -> Cell:
    """Write a verdict that tells a difference; nothing else."""
    line = entrant.lines.get(metric.column)
    if line is None or not (line.verdict.better or line.verdict.worse):
        return ""
    return message("table.verdict", verdict=line.verdict.value)


def _not_done(summary: Summary) -> float | None:
    """Return the share of the arrivals of all rounds that failed, were dropped or never begun."""
    demanded = sum(row.demanded for row in summary.rows)
    ok = sum(row.ok or 0 for row in summary.rows)
    return 1 - ok / demanded if demanded else None
