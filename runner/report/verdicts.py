"""What a person reads in ten seconds: for each group, who is faster than the baseline, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from runner.analysis.comparison import ONE_ROUND
from runner.analysis.verdict import SPEED, Verdict
from runner.axes import title
from runner.report.captions import told
from runner.report.formats import NOTHING, number, share
from runner.report.tables import table_of
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rich.table import Table

    from runner.analysis.verdict import Compared, Report
    from runner.results.round_trips import RoundTrips

    Column = Callable[[Compared], str]
    Trips = Mapping[tuple[str, str, str], RoundTrips]

COST = "client_cpu_us_per_op"
UNSURE = "~"
"""Before a ratio of costs that shows no difference."""


def verdicts(report: Report, round_trips: Iterable[RoundTrips] = ()) -> Iterator[Table]:
    """Yield a table for each group in which anything can be compared, for a page of 80 columns.

    The sentences of the report are to be read before them; the caller prints them.
    """
    trips = {(it.adapter, it.profile, it.workload): it for it in round_trips}
    groups: dict[str, list[Compared]] = {}
    for line in report.lines:
        groups.setdefault(line.group, []).append(line)
    for lines in groups.values():
        if _says_something(lines):
            yield _table(lines, trips, report.looks)


def _says_something(lines: Sequence[Compared]) -> bool:
    """Tell a group from one that leaks, and from a baseline all by itself."""
    others = any(line.contender != line.baseline for line in lines)
    share = any(line.share_of_limit is not None for line in lines)
    return lines[0].conditions.steady and (others or share)


def _table(lines: Sequence[Compared], trips: Trips, looks: int) -> Table:
    speeds = sorted((line for line in lines if line.metric == SPEED.column), key=_rank)
    table = table_of(escape(title(told(lines[0].conditions, lines))))
    table.add_column("adapter", overflow="fold", vertical="top")
    against = f" against {lines[0].baseline}" if lines[0].baseline else ""
    heading = f"operations/s{against}\n[{_level(looks)} interval]"
    table.add_column(escape(heading), overflow="fold", vertical="top")
    columns = _columns(lines, trips)
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True, vertical="top")
    if any(line.metric == COST and _cost(line).startswith(UNSURE) for line in lines):
        table.caption = f"CPU of the client against {lines[0].baseline}; ~ no difference shown"
        table.caption_justify = "left"
    for line in speeds:
        cells = [_name(line), _words(line), *(of(line) for of in columns.values())]
        table.add_row(*map(escape, cells), style=_style(line))
    return table


def _level(looks: int) -> str:
    return f"{100 * (1 - 0.05 / looks):g} %"


def _rank(line: Compared) -> tuple[bool, bool, float]:
    """Put the fastest first, then who is not compared, then the control."""
    refused = line.verdict is Verdict.NOT_COMPARED
    return line.role is Role.CONTROL, refused, -(line.ratio or 0.0)


def _name(line: Compared) -> str:
    return "noise floor" if line.role is Role.CONTROL else line.contender


def _words(line: Compared) -> str:
    if line.verdict is Verdict.CONTROL:
        return f"{line.words.removesuffix(str(Verdict.CONTROL))}baseline again"
    if line.reason == ONE_ROUND:
        return f"{_figure(line)}, one round: no interval"
    return line.words


def _figure(line: Compared) -> str:
    """Return the ratio alone, as it is written in the words."""
    return line.words.partition(" ")[0].rstrip(",")


def _style(line: Compared) -> str:
    if line.verdict.better or line.verdict.worse:
        return "bold"
    return "dim italic" if line.role is Role.CONTROL else ""


def _columns(lines: Sequence[Compared], trips: Trips) -> dict[str, Column]:
    """Return heading -> what stands under it; only those that hold anything."""
    costs = {line.contender: _cost(line) for line in lines if line.metric == COST}
    columns: dict[str, Column] = {
        "of the\nlimit": _share,
        "CPU\nper op": lambda line: costs.get(line.contender, NOTHING),
        "round\ntrips": lambda line: _exchanges(line, trips),
    }
    return {
        heading: of
        for heading, of in columns.items()
        if any(of(line) != NOTHING for line in lines if line.metric == SPEED.column)
    }


def _share(line: Compared) -> str:
    return (
        NOTHING
        if line.share_of_limit is None or line.role is Role.CONTROL
        else share(line.share_of_limit)
    )


def _cost(line: Compared) -> str:
    """Write the ratio of the client's CPU per operation, marked where it may be chance."""
    if line.verdict in (Verdict.NOT_COMPARED, Verdict.BASELINE):
        return NOTHING if line.verdict is Verdict.NOT_COMPARED else "1x"
    if line.role is Role.CONTROL:
        return NOTHING
    mark = UNSURE * (line.verdict is Verdict.NO_DIFFERENCE)
    return mark + _figure(line)


def _exchanges(line: Compared, trips: Trips) -> str:
    found = trips.get((line.contender, line.conditions.profile, line.conditions.workload))
    return number(found.exchanges_per_op if found else None)
