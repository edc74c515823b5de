"""What a person reads at the end of a run: a table for each group, and the lesson in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from runner.analysis.lesson import observations
from runner.report.charts.selection import USUAL_PROFILE
from runner.report.formats import NOTHING, number
from runner.results.row_builder import paired, summaries
from runner.roles import CONTROL, LIMIT, RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.results.row import Result

Column = Callable[[Mapping[str, Any]], str]


def _number(metric: str) -> Column:
    return lambda line: number(line[f"{metric}_median"])


def _share(metric: str) -> Column:
    return lambda line: NOTHING if (share := line[f"{metric}_median"]) is None else f"{share:.1%}"


def _fairness(line: Mapping[str, Any]) -> str:
    return NOTHING if line["jain_median"] is None else f"{line['jain_median']:.2f}"


def _rate(line: Mapping[str, Any]) -> str:
    """Return the median, and half of what lies between the slowest and the fastest round."""
    middle = line["ops_per_s_median"]
    text = number(middle)
    if middle and line["rounds"] > 1:
        text += f" ±{(line['ops_per_s_max'] - line['ops_per_s_min']) / 2 / middle:.0%}"
    return f"{text}, {line['bad_rounds']} bad" if line["bad_rounds"] else text


RELEASED: dict[str, Column] = {
    "operations/s\n±half range": _rate,
    "wait\np50": _number("wait_ms_p50"),
    "total\np50": _number("total_ms_p50"),
    "total\np99": _number("total_ms_p99"),
    "longest\nwait": _number("wait_ms_max"),
    "failed": _share("failed_share"),
    "Jain": _fairness,
}
"""Heading -> what stands under it: medians over the rounds, times in milliseconds."""

LEAKED: dict[str, Column] = {
    "succeeded": _number("ok"),
    "failed": _share("failed_share"),
    "leaked": _number("leaked"),
    "dry\nafter": _number("exhausted_ms"),
    "failing\np50": _number("failed_ms_p50"),
    "longest\nwait": _number("wait_ms_max"),
    "clients\nwithout": _number("starved_clients"),
}
"""The same where clients leak: a speed means nothing there."""

MUCH_FAILS = 0.01
"""The share of failed operations from which a speed says nothing (METHOD 7)."""


def tables(results: Iterable[Result]) -> Iterator[Table]:
    """Return a table for each group, the adapters of one under the other, and last the limit.

    The control is no adapter and stands in none.
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    limits: dict[object, Mapping[str, Any]] = {}
    for line in summaries(results):
        if line["adapter"] == LIMIT:
            limits[_server(line, line["pool_max"])] = line
        elif line["adapter"] != CONTROL:
            groups.setdefault(line["group"], []).append(line)
    for lines in sorted(groups.values(), key=_by_group):
        yield _table(lines, limits.get(_server(lines[0], _size(lines))))


def _server(line: Mapping[str, Any], size: int | None) -> object:
    """Return what a group and its limit have in common."""
    return line["workload"], line["cpus"], size


def _size(lines: Sequence[Mapping[str, Any]]) -> int | None:
    return next((line["pool_max"] for line in lines if line["pool_max"] is not None), None)


def _by_group(lines: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    order = ("workload", "profile", "cpus", "leak", "clients", "group")
    return tuple(lines[0][name] for name in order)


def _table(lines: Sequence[Mapping[str, Any]], limit: Mapping[str, Any] | None) -> Table:
    first = lines[0]
    same = {name: first[name] for name in ("workload", "clients", "leak", "cpus", "profile")}
    table = table_of(f"{title(**same, size=_size(lines))} (times in ms)")
    table.add_column("adapter", no_wrap=True)
    columns = LEAKED if first["leak"] else RELEASED
    for heading in columns:
        table.add_column(heading, justify="right", no_wrap=True)
    for line in sorted(lines, key=_rank):
        table.add_row(escape(line["adapter"]), *(escape(of(line)) for of in columns.values()))
    if limit and not first["leak"]:
        nothing = [NOTHING] * (len(columns) - 1)
        table.add_row(f"{LIMIT} (limit)", escape(_rate(limit)), *nothing, style="italic")
    return table


def table_of(heading: str) -> Table:
    """Return an empty table that looks like all others."""
    table = Table(title=heading, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    table.padding, table.pad_edge = (0, 1, 0, 0), False
    return table


def title(  # noqa: PLR0913 - what a group is
    *, workload: str, clients: int, size: int | None, leak: float, cpus: str, profile: str
) -> str:
    """Name a group as a person does: `insert, 10 clients on 5 connections, on one core`."""
    words = f"{workload}, {clients} client{'s' * (clients > 1)}"
    words += f" on {size} connection{'s' * (size > 1)}" if size else ""
    words += f", {leak:.0%} never released" if leak else ""
    words += ", on one core" if cpus == "one" else ""
    return words + (f", profile {profile}" if profile != USUAL_PROFILE else "")


def _rank(line: Mapping[str, Any]) -> tuple[bool, float]:
    """Put whoever fails or starves after whoever does not.

    What is refused costs nothing, and who is alone is not hindered: both look fast.
    """
    fails = (line["failed_share_median"] or 0.0) > MUCH_FAILS
    return fails or bool(line["starved_clients_max"]), -(line["ops_per_s_median"] or 0.0)


def lesson(results: Iterable[Result]) -> Iterator[Table]:
    """Yield what the lesson expects beside what was observed, cell by cell."""
    for seen in observations(row for row in paired(results) if row.adapter not in RESERVED):
        release = "with release" if seen.released else "without release"
        heading = f"{escape(seen.adapter)}, {seen.clients} clients, {release}"
        table = Table(title=heading, title_justify="left", title_style="bold", box=None)
        table.show_header = False
        table.add_row("expected", escape(seen.expected))
        table.add_row("observed", escape(seen.observed))
        differs = f"differs: {escape(seen.differs)}" if seen.differs else "as the lesson says"
        table.add_row("verdict", differs)
        yield table
