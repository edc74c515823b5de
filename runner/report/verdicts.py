"""The verdicts as tables: for each group the speeds against the baseline, and their costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.comparison import few_rounds
from runner.analysis.verdict import Verdict
from runner.axes import title
from runner.messages import message
from runner.metrics import CPU_SPEED, ROUND_TRIPS, SHARE_OF_LIMIT, SPEED
from runner.report.captions import estimators, with_real_size
from runner.report.formats import NOTHING, number, ratio, share
from runner.report.model import Column, Emphasis, Row, Table
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from runner.analysis.report import Compared, Report
    from runner.messages import Message
    from runner.report.model import Cell
    from runner.results.round_trips import RoundTrips

    Written = Callable[[Compared], str]
    Trips = Mapping[tuple[str, str, str], RoundTrips]

UNSURE = "~"
"""Before a ratio of costs that shows no difference."""


def verdicts(report: Report, round_trips: Iterable[RoundTrips] = ()) -> Iterator[Table]:
    """Yield a table for each group in which anything can be compared, 80 columns wide.

    The findings of the report are to be read before them.
    """
    trips = {(it.adapter, it.profile, it.workload): it for it in round_trips}
    groups: dict[str, list[Compared]] = {}
    for line in report.lines:
        groups.setdefault(line.group, []).append(line)
    for lines in groups.values():
        if _says_something(lines):
            yield _table(lines, trips)


def _says_something(lines: Sequence[Compared]) -> bool:
    """Tell a group from one that leaks, and from a baseline all by itself."""
    others = any(line.contender != line.baseline for line in lines)
    of_limit = any(line.share_of_limit is not None for line in lines)
    return lines[0].conditions.steady and (others or of_limit)


def _table(lines: Sequence[Compared], trips: Trips) -> Table:
    speeds = sorted((line for line in lines if line.metric == SPEED.column), key=_rank)
    columns = _columns(lines, trips)
    unsure = any(
        line.metric == CPU_SPEED.column and _cost(line).startswith(UNSURE) for line in lines
    )
    baseline = lines[0].baseline
    return Table(
        title=title(with_real_size(lines[0].conditions, lines)),
        columns=[
            Column(message("table.adapter")),
            Column(_heading(baseline, speeds)),
            *(Column(heading, numeric=True) for heading in columns),
        ],
        rows=[
            Row(
                [_name(line), _words(line), *(written(line) for written in columns.values())],
                _emphasis(line),
            )
            for line in speeds
        ],
        notes=[
            *[message("verdicts.unsure", baseline=baseline)] * unsure,
            *(message("verdicts.note", text=note) for note in map(_caution, speeds) if note),
        ],
    )


def _caution(line: Compared) -> Message | None:
    """Return what the verdict does not say; that of an undecided line is its reason."""
    return None if line.verdict is Verdict.UNDECIDED else line.disturbance


def _heading(baseline: str, speeds: Sequence[Compared]) -> Message:
    """Name the estimators too, where there is any interval."""
    metric, names = SPEED.heading, estimators(speeds)
    if not baseline:
        return message("verdicts.rate", metric=metric)
    if not names:
        return message("verdicts.rate_against", metric=metric, baseline=baseline)
    return message("verdicts.rate_by", metric=metric, baseline=baseline, estimators=names)


def _rank(line: Compared) -> tuple[bool, bool, float]:
    """Put the fastest first, then what is not compared, then the control."""
    refused = line.verdict is Verdict.NOT_COMPARED
    return line.role is Role.CONTROL, refused, -(line.ratio or 0.0)


def _name(line: Compared) -> Cell:
    return message("verdicts.noise_floor") if line.role is Role.CONTROL else line.contender


def _words(line: Compared) -> Message:
    if line.verdict is Verdict.CONTROL:
        return message("verdicts.baseline_again", span=line.span)
    if line.reason and line.reason == few_rounds(line):
        return message("verdicts.few_rounds", ratio=line.ratio, count=line.rounds)
    return line.words


def _emphasis(line: Compared) -> Emphasis:
    if line.verdict.better or line.verdict.worse:
        return Emphasis.STRONG
    return Emphasis.REFERENCE if line.role is Role.CONTROL else Emphasis.NONE


def _columns(lines: Sequence[Compared], trips: Trips) -> dict[Message, Written]:
    """Return heading -> how a cell is written; only those that hold anything."""
    costs = {line.contender: _cost(line) for line in lines if line.metric == CPU_SPEED.column}
    columns: dict[Message, Written] = {
        SHARE_OF_LIMIT.heading: _of_limit,
        CPU_SPEED.heading: lambda line: costs.get(line.contender, NOTHING),
        ROUND_TRIPS.heading: lambda line: _exchanges(line, trips),
    }
    return {
        heading: written
        for heading, written in columns.items()
        if any(written(line) != NOTHING for line in lines if line.metric == SPEED.column)
    }


def _of_limit(line: Compared) -> str:
    return NOTHING if line.role is Role.CONTROL else share(line.share_of_limit)


def _cost(line: Compared) -> str:
    """Write the ratio of the client's CPU per operation, marked where it may be chance."""
    if line.verdict is Verdict.BASELINE:
        return "1x"
    if line.verdict is Verdict.NOT_COMPARED or line.role is Role.CONTROL:
        return NOTHING
    mark = UNSURE * (line.verdict in {Verdict.NO_DIFFERENCE, Verdict.UNDECIDED})
    return f"{mark}{ratio(line.ratio)}x"


def _exchanges(line: Compared, trips: Trips) -> str:
    trip = trips.get((line.contender, line.conditions.profile, line.conditions.workload))
    return number(trip.exchanges_per_op if trip else None)
