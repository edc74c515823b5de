"""The chart of what fails, and the kinds of failures that it tells apart. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.messages import message
from runner.report.charts import palette
from runner.report.charts.attempts import PERCENT, percent_of
from runner.report.charts.chart import Chart, Mark, Measure
from runner.report.failures import frequent
from runner.report.formats import share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from runner.messages import Message
    from runner.report.charts.facet import Facet
    from runner.report.charts.palette import Fill
    from runner.report.charts.rounds import Rounds
    from runner.results.row import Row

KINDS: Mapping[str, tuple[Message, Callable[[Row], int | None], Fill]] = {
    "pool_exhausted": (
        message("kind.pool_exhausted"),
        lambda row: row.pool_exhausted,
        palette.EXHAUSTED,
    ),
    "pool_timeout": (message("kind.pool_timeout"), lambda row: row.pool_timeout, palette.TIMEOUT),
    "connection_lost": (
        message("kind.connection_lost"),
        lambda row: row.connection_lost,
        palette.LOST,
    ),
    "connection_refused": (
        message("kind.connection_refused"),
        lambda row: row.connection_refused,
        palette.REFUSED,
    ),
    "query_failed": (message("kind.query_failed"), lambda row: row.query_failed, palette.QUERY),
    "waiting": (message("kind.waiting"), lambda row: row.waiting_in_vain, palette.WAITING),
    "shed": (message("kind.shed"), lambda row: row.shed, palette.SHED),
    "unfinished": (message("kind.unfinished"), lambda row: row.unfinished, palette.UNFINISHED),
}
"""Kind of failure -> its words, its count in a row, and its fill."""


def _failures(cell: Rounds) -> Mark | None:
    whole = cell.spread(percent_of(lambda row: row.failed_attempts))
    if not whole:
        return None
    bars = [(cell.median(percent_of(count)), fill) for _, count, fill in KINDS.values()]
    words = share(whole.median / 100) if whole.high else message("mark.none")
    return Mark(words, (whole,), tuple(bar for bar in bars if bar[0]))


def _said(facets: Sequence[Facet]) -> Iterable[Message]:
    return frequent(row for facet in facets for row in facet.rows)


FAILURES = Chart(
    message("failures.question"),
    (Measure(message("failures.axis", unit=PERCENT), _failures, "percent"),),
    message("failures.remark"),
    {words: fill for words, _, fill in KINDS.values()},
    answers=lambda facet: any(row.failed_attempts for row in facet.rows if not row.bad),
    notes=_said,
    every_leak=True,
)
