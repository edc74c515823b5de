"""What a person reads at the end of a run: a table for each group, and the lesson in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from runner.lesson import observations
from runner.screen import NOTHING, number
from runner.summary import summaries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.result import Result

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
    """Return a table for each group, the adapters of one under the other."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for line in summaries(results):
        groups.setdefault(line["group"], []).append(line)
    for lines in sorted(groups.values(), key=_by_group):
        yield _table(lines)


def _by_group(lines: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    first = lines[0]
    return first["workload"], first["cpus"], first["leak"], first["clients"], first["group"]


def _table(lines: Sequence[Mapping[str, Any]]) -> Table:
    first = lines[0]
    size = next((line["pool_max"] for line in lines if line["pool_max"] is not None), None)
    title = f"{first['workload']}, {first['clients']} clients"
    title += f" on {size} connections" if size else ""
    title += f", {first['leak']:.0%} never released" if first["leak"] else ""
    title += ", on one core" if first["cpus"] == "one" else ""
    title += " (times in ms)"
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    table.padding, table.pad_edge = (0, 1, 0, 0), False
    table.add_column("adapter", no_wrap=True)
    columns = LEAKED if first["leak"] else RELEASED
    for heading in columns:
        table.add_column(heading, justify="right", no_wrap=True)
    for line in sorted(lines, key=_rank):
        table.add_row(escape(line["adapter"]), *(escape(of(line)) for of in columns.values()))
    return table


def _rank(line: Mapping[str, Any]) -> tuple[bool, float]:
    """Put whoever fails after whoever does not: what is refused costs nothing and looks fast."""
    fails = (line["failed_share_median"] or 0.0) > MUCH_FAILS
    return fails, -(line["ops_per_s_median"] or 0.0)


def lesson(results: Iterable[Result]) -> Iterator[Table]:
    """Yield what the lesson expects beside what was observed, cell by cell."""
    for seen in observations(results):
        release = "with release" if seen.released else "without release"
        title = f"{escape(seen.adapter)}, {seen.clients} clients, {release}"
        table = Table(title=title, title_justify="left", title_style="bold", box=None)
        table.show_header = False
        table.add_row("expected", escape(seen.expected))
        table.add_row("observed", escape(seen.observed))
        differs = f"differs: {escape(seen.differs)}" if seen.differs else "as the lesson says"
        table.add_row("verdict", differs)
        yield table
