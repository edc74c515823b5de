"""What a person reads at the end of a run: a table for each group, and the lesson in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from runner.analysis.lesson import observations
from runner.analysis.summary import Summary
from runner.axes import title
from runner.report.captions import told
from runner.report.formats import NOTHING, number
from runner.roles import LIMIT, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.results.rows import Rows

Column = Callable[[Summary], str]


def _number(metric: str) -> Column:
    return lambda summary: number(summary.median(metric))


def _share(metric: str) -> Column:
    def write(summary: Summary) -> str:
        share = summary.median(metric)
        return NOTHING if share is None else f"{share:.1%}"

    return write


def _fairness(summary: Summary) -> str:
    jain = summary.median("jain")
    return NOTHING if jain is None else f"{jain:.2f}"


def _rate(summary: Summary) -> str:
    """Return the median, and half of what lies between the slowest and the fastest round."""
    rates = summary.values("ops_per_s")
    middle = summary.median("ops_per_s")
    text = number(middle)
    if middle and len(summary.good) > 1:
        text += f" ±{(max(rates) - min(rates)) / 2 / middle:.0%}"
    return f"{text}, {summary.bad_rounds} bad" if summary.bad_rounds else text


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


def tables(rows: Rows) -> Iterator[Table]:
    """Yield a table for each group, the adapters of one under the other, and last the limit.

    Groups whose cells change as they run, as those that leak, come last.

    The control is no adapter and stands in none.
    """
    for group in sorted(rows.groups, key=lambda group: not group.conditions.steady):
        adapters = [
            Summary(tuple(by_round.values()))
            for by_round in group.contenders.values()
            if next(iter(by_round.values())).role is Role.ADAPTER
        ]
        limit = Summary(tuple(group.limits.values())) if group.limits else None
        if adapters:
            yield _table(title(told(group.conditions, group.rows)), adapters, limit)


def _table(heading: str, adapters: Sequence[Summary], limit: Summary | None) -> Table:
    steady = adapters[0].cell.conditions.steady
    table = table_of(f"{heading} (times in ms)")
    table.add_column("adapter", no_wrap=True)
    columns = RELEASED if steady else LEAKED
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    for summary in sorted(adapters, key=_rank):
        name = escape(summary.cell.contender)
        table.add_row(name, *(escape(of(summary)) for of in columns.values()))
    if limit and steady:
        nothing = [NOTHING] * (len(columns) - 1)
        table.add_row(f"{LIMIT} (limit)", escape(_rate(limit)), *nothing, style="italic")
    return table


def table_of(heading: str) -> Table:
    """Return an empty table that looks like all others."""
    table = Table(title=heading, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    table.padding, table.pad_edge = (0, 1, 0, 0), False
    return table


def _rank(summary: Summary) -> tuple[bool, float]:
    """Put whoever fails or starves after whoever does not.

    What is refused costs nothing, and who is alone is not hindered: both look fast.
    """
    fails = (summary.median("failed_share") or 0.0) > MUCH_FAILS
    starves = any(summary.values("starved_clients"))
    return fails or starves, -(summary.median("ops_per_s") or 0.0)


def lesson(rows: Rows) -> Iterator[Table]:
    """Yield what the lesson expects beside what was observed, cell by cell."""
    for seen in observations(rows.adapters):
        release = "with release" if seen.released else "without release"
        heading = f"{escape(seen.adapter)}, {seen.clients} clients, {release}"
        table = Table(title=heading, title_justify="left", title_style="bold", box=None)
        table.show_header = False
        table.add_row("expected", escape(seen.expected))
        table.add_row("observed", escape(seen.observed))
        differs = f"differs: {escape(seen.differs)}" if seen.differs else "as the lesson says"
        table.add_row("verdict", differs)
        yield table
