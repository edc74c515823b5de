"""The table of a group that is compared: rate and tail, each with its verdict, share and cost.

A cell has two lines: a figure, and what is to be known beside it. So a table has 80 columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.scope import Scope
from runner.analysis.summary import Summary
from runner.analysis.verdict import Verdict
from runner.axes import title
from runner.messages import message
from runner.metrics import COST, CPU_SPEED, SHARE_OF_LIMIT, SPEED, TOTAL_P99
from runner.report.captions import compared_in, estimators, with_real_size
from runner.report.entrant import Entrant, entrants
from runner.report.formats import NOTHING, number, share, spread
from runner.report.model import Column, Emphasis, Row, Table
from runner.report.speed_notes import notes
from runner.results.row import RELAY_BOUND
from runner.roles import CONTROL, LIMIT, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.analysis.report import Compared, Report
    from runner.messages import Message
    from runner.report.model import Cell
    from runner.results.round_trips import RoundTrips
    from runner.results.rows import RowGroup, Rows

NOT_TOLD = "~"
"""Under a figure that shows no difference that matters from the baseline's."""
UNDECIDED = "?"
"""Under one whose interval is not believed."""


def speed_tables(
    rows: Rows, report: Report, round_trips: Iterable[RoundTrips] = ()
) -> Iterator[Table]:
    """Yield a table for each group whose speeds mean something; those of the answer first."""
    trips, known = list(round_trips), entrants(rows, report)
    first = {standing.group.name for standing in Scope(rows, report).home}
    for group in sorted(rows.groups, key=lambda group: group.name not in first):
        if group.conditions.steady and not group.conditions.paced and group.rows:
            yield _table(group, known[group.conditions], trips)


def _table(group: RowGroup, own: Sequence[Entrant], trips: Sequence[RoundTrips]) -> Table:
    speeds = [entrant.speed for entrant in own if entrant.speed]
    rows = [_row(entrant) for entrant in sorted(own, key=_rank)]
    rows += _limits(group)
    return Table(
        title=message("table.times", group=title(with_real_size(group.conditions, group.rows))),
        columns=_columns(speeds, group),
        rows=rows,
        notes=[*notes(own, trips), *_limits_of_network(group)],
    )


def _columns(speeds: Sequence[Compared], group: RowGroup) -> list[Column]:
    return [
        Column(compared_in(group)),
        Column(message("table.rate"), numeric=True),
        Column(_against(speeds)),
        Column(message("table.median_longest"), numeric=True),
        Column(message("table.p99"), numeric=True),
        Column(SHARE_OF_LIMIT.heading, numeric=True),
        Column(message("table.cost"), numeric=True),
    ]


def _against(speeds: Sequence[Compared]) -> Cell:
    """Name what is compared with, and the estimators where there is any interval."""
    baseline = next((line.baseline for line in speeds if line.baseline), "")
    names = estimators(speeds)
    if not baseline or all(line.entrant == baseline for line in speeds):
        return ""
    if not names:
        return message("table.against", baseline=baseline)
    return message("table.against_by", baseline=baseline, estimators=names)


def _rank(entrant: Entrant) -> tuple[bool, bool, float]:
    """Put the fastest first, then those with a flaw, then the control.

    A refused operation costs nothing, and a client alone is not hindered: both look fast.
    """
    speed = entrant.speed
    height = speed.ratio if speed and speed.ratio else entrant.summary.rate
    return entrant.name == CONTROL, entrant.flaw is not None, -(height or 0.0)


def _row(entrant: Entrant) -> Row:
    cells = [
        message("table.noise_floor") if entrant.name == CONTROL else entrant.name,
        _rate(entrant.summary),
        _ratio(entrant),
        _stacked(number(entrant.median), number(entrant.longest)),
        _stacked(number(entrant.p99), _verdict(entrant.lines.get(TOTAL_P99.column))),
        _of_limit(entrant),
        _cost(entrant),
    ]
    return Row(cells, _emphasis(entrant), entrant.summary.cell.id)


def _limits(group: RowGroup) -> Iterator[Row]:
    """Yield the row of the limit; one for each entrant where each has another one."""
    entrants = {row.conditions.of_limit(): row.entrant for row in group.rows}
    for conditions, by_round in group.limits.items():
        name = message("table.limit", program=LIMIT)
        if len(group.limits) > 1:
            name = message("table.limit_of", program=LIMIT, entrant=entrants[conditions])
        summary = Summary(tuple(by_round.values()))
        cells = [name, _rate(summary), *[NOTHING] * 5]
        yield Row(cells, Emphasis.REFERENCE, summary.cell.id)


def _limits_of_network(group: RowGroup) -> Iterator[Message]:
    """Say that the limit is a network of ours, where it was in most rounds."""
    for by_round in group.limits.values():
        rows = by_round.values()
        if 2 * sum(RELAY_BOUND in row.flags.split() for row in rows) > len(rows):
            yield message("table.limit_network", program=LIMIT)
            return


def _emphasis(entrant: Entrant) -> Emphasis:
    if entrant.name == CONTROL:
        return Emphasis.REFERENCE
    lines = (entrant.lines.get(metric.column) for metric in (SPEED, TOTAL_P99))
    told = any(line.verdict.better or line.verdict.worse for line in lines if line)
    return Emphasis.STRONG if told else Emphasis.NONE


def _stacked(above: Cell, below: Cell) -> Cell:
    return message("table.stacked", above=above, below=below) if below else above


def _rate(summary: Summary) -> Cell:
    """Return the mean, and half of what lies between the slowest and the fastest round."""
    rates, middle = summary.values(SPEED.column), summary.rate
    if summary.bad_rounds:
        return message("table.bad", above=number(middle), count=summary.bad_rounds)
    if not middle or len(summary.good) == 1:
        return number(middle)
    return _stacked(number(middle), spread((max(rates) - min(rates)) / 2 / middle))


def _ratio(entrant: Entrant) -> Cell:
    """Write the ratio with its interval, and the verdict, or why there is none."""
    speed = entrant.speed
    if speed is None or speed.verdict is Verdict.BASELINE:
        return message("table.verdict", verdict=Verdict.BASELINE.value) if speed else NOTHING
    above: Cell = message("table.ratio", ratio=speed.ratio) if speed.ratio else NOTHING
    if speed.low is not None:
        above = speed.span
    if speed.verdict is Verdict.CONTROL:
        return _stacked(above, message("table.baseline_again"))
    return _stacked(above, _reason(entrant) or _word(speed))


def _word(speed: Compared) -> Message:
    """Write the verdict; beside a midmean what the mean says."""
    if speed.mean_ratio is None:
        return message("table.verdict", verdict=speed.verdict.value)
    return message("table.verdict_mean", verdict=speed.verdict.value, ratio=speed.mean_ratio)


def _reason(entrant: Entrant) -> Cell:
    """Write the flaw of an adapter in few words; the rest of it is said below the tables."""
    flaw = entrant.flaw
    if flaw is None or flaw.id != "refused.bad":
        return flaw or ""
    return message("table.status", status=flaw.facts["status"], round=flaw.facts["round"])


def _verdict(line: Compared | None) -> Cell:
    """Write a verdict on a time or a cost; nothing where there is none."""
    if line is None or line.low is None or line.role is Role.CONTROL:
        return ""
    if line.verdict.better or line.verdict.worse:
        return message("table.verdict", verdict=line.verdict.value)
    return UNDECIDED if line.verdict is Verdict.UNDECIDED else NOT_TOLD


def _of_limit(entrant: Entrant) -> str:
    speed = entrant.speed
    return NOTHING if entrant.name == CONTROL or not speed else share(speed.share_of_limit)


def _cost(entrant: Entrant) -> Cell:
    figure = number(entrant.summary.median(COST.column))
    return _stacked(figure, _verdict(entrant.lines.get(CPU_SPEED.column)))
