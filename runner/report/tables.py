"""The table of times of each group: an adapter a row, the limit last, the errors under it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.analysis.refusals import MOST_FAILED
from runner.analysis.summary import Summary
from runner.axes import title
from runner.messages import message
from runner.metrics import (
    DRY_AFTER,
    FAILED_P50,
    FAILED_SHARE,
    FAIRNESS,
    LEAKED,
    SPEED,
    STARVED,
    SUCCEEDED,
    TOTAL_P50,
    TOTAL_P99,
    WAIT_MAX,
    WAIT_P50,
)
from runner.report.captions import with_real_size
from runner.report.failures import notes
from runner.report.formats import NOTHING, number, ratio, share, spread
from runner.report.model import Column, Emphasis, Row, Table
from runner.roles import LIMIT, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.messages import Message
    from runner.metrics import Metric
    from runner.report.model import Cell
    from runner.results.rows import RowGroup, Rows

Written = Callable[[Summary], "Cell"]


def _rate(summary: Summary) -> Cell:
    """Return the mean, and half of what lies between the slowest and the fastest round."""
    rates, middle = summary.values(SPEED.column), summary.rate
    rate = number(middle)
    if middle and len(summary.good) > 1:
        rate += f" {spread((max(rates) - min(rates)) / 2 / middle)}"
    return message("table.bad", rate=rate, bad=summary.bad_rounds) if summary.bad_rounds else rate


def _times(*metrics: Metric) -> dict[Message, Written]:
    return {metric.heading: _median(metric) for metric in metrics}


def _median(metric: Metric, written: Callable[[float | None], str] = number) -> Written:
    return lambda summary: written(summary.median(metric.column))


RELEASED: Mapping[Message, Written] = {
    message("table.rate", metric=SPEED.heading): _rate,
    **_times(WAIT_P50, TOTAL_P50, TOTAL_P99, WAIT_MAX),
    FAILED_SHARE.heading: _median(FAILED_SHARE, share),
    FAIRNESS.heading: _median(FAIRNESS, ratio),
}
"""Heading -> how a cell is written: the rate is a geometric mean over the rounds, the others are
medians, times in milliseconds."""

LEAKING: Mapping[Message, Written] = {
    SUCCEEDED.heading: _median(SUCCEEDED),
    FAILED_SHARE.heading: _median(FAILED_SHARE, share),
    LEAKED.heading: _median(LEAKED),
    **_times(DRY_AFTER, FAILED_P50, WAIT_MAX),
    STARVED.heading: _median(STARVED),
}
"""The same where clients leak: a speed means nothing there."""


def tables(rows: Rows) -> Iterator[Table]:
    """Yield a table for each group. The control is in none.

    Groups whose cells change as they run, as those that leak, come last.
    """
    for group in sorted(rows.groups, key=lambda group: not group.conditions.steady):
        adapters = [
            Summary(tuple(by_round.values()))
            for by_round in group.contenders.values()
            if next(iter(by_round.values())).role is Role.ADAPTER
        ]
        if adapters:
            yield _table(group, sorted(adapters, key=_rank))


def _table(group: RowGroup, adapters: Sequence[Summary]) -> Table:
    steady = group.conditions.steady
    columns = RELEASED if steady else LEAKING
    rows = [
        Row([adapter.cell.contender, *(written(adapter) for written in columns.values())])
        for adapter in adapters
    ]
    if group.limits and steady:
        limit = Summary(tuple(group.limits.values()))
        nothing = [NOTHING] * (len(columns) - 1)
        name = message("table.limit", program=LIMIT)
        rows.append(Row([name, _rate(limit), *nothing], Emphasis.REFERENCE))
    return Table(
        title=message("table.times", group=title(with_real_size(group.conditions, group.rows))),
        columns=[
            Column(message("table.adapter"), folds=False),
            *(Column(heading, numeric=True) for heading in columns),
        ],
        rows=rows,
        notes=list(notes(adapter.rows for adapter in adapters)),
    )


def _rank(summary: Summary) -> tuple[bool, float]:
    """Put adapters that fail or starve clients last, the others by their speed.

    A refused operation costs nothing, and a client alone is not hindered: both look fast.
    """
    fails = (summary.median(FAILED_SHARE.column) or 0.0) > MOST_FAILED
    starves = any(summary.values(STARVED.column))
    return fails or starves, -(summary.rate or 0.0)
