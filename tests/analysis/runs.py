"""Rows of small runs, for tests of what is said of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runner.analysis.answer.scope import Scope
from runner.analysis.comparison import compare
from runner.analysis.verdict import Verdict
from runner.axes import PoolSize
from runner.messages import message
from runner.rate import Rate
from runner.report.catalogue import text
from runner.results.rows import Rows
from runner.roles import LIMIT
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from runner.analysis.report import Compared, Report
    from runner.messages import Message
    from runner.results.row import Row

CALM = (1000.0, 1010.0, 990.0, 1005.0, 995.0)
"""A baseline over five rounds."""


GROUP, ELSEWHERE = "insert-c10-p5", "read-c10-p5"
"""The group that rows are of, and that of those of the workload `read`."""


def row(contender: str, number: int, rate: float, **changes: Any) -> Row:
    """Make a row in which every metric follows from the rate."""
    clients = changes.get("clients", 10)
    follows = {
        "round": number,
        "ops_per_s": rate,
        "total_ms_mean": 1000 * clients / rate,
        "total_ms_p99": 5000 * clients / rate,
        "wait_ms_p99": 2000 * clients / rate,
        "client_cpu_us_per_op": 100.0,
    }
    return builders.row(contender, **{**follows, **changes})


def rows(contender: str, rates: Sequence[float], **changes: Any) -> list[Row]:
    return [row(contender, number, rate, **changes) for number, rate in enumerate(rates, 1)]


def times(factor: float, noise: Sequence[float] = (1.0, 1.01, 0.99, 1.005, 0.995)) -> list[float]:
    return [rate * factor * off for rate, off in zip(CALM, noise, strict=True)]


def at_2000(contender: str, factor: float, **changes: Any) -> list[Row]:
    """Make an adapter that does 2000 arrivals a second, and takes a multiple of the calm times."""
    done = {"arrivals": 2000, "operations": 2000, "ok": 2000}
    return [
        builders.changed(
            row(contender, number, 2000.0),
            rate=Rate(is_share=False, number=2000.0),
            total_ms_p50=pace / 1000 * factor,
            total_ms_p99=pace / 200 * factor,
            **{**done, **changes},
        )
        for number, pace in enumerate(CALM, 1)
    ]


def of_size(size: int, of: Sequence[Row], **changes: Any) -> list[Row]:
    there = PoolSize(size, size)
    means = {"use_ms_mean": 1.5, "release_ms_mean": 0.5, **changes}
    return [builders.changed(row, pool_size=there, compared="pool_size", **means) for row in of]


def closed(factors: Mapping[int, float], **noise: Any) -> list[Row]:
    """Make sizes whose operations per second are multiples of the calm ones."""
    return [
        row
        for size, factor in factors.items()
        for row in of_size(size, rows("psycopg3", times(factor, **noise)))
    ]


def paced(tails: Mapping[int, float], **changes: Any) -> list[Row]:
    """Make sizes at 2000 arrivals a second, whose p99 are multiples of 5 ms."""
    return [
        row
        for size, factor in tails.items()
        for row in of_size(size, at_2000("psycopg3", factor), **changes)
    ]


def of(report: Report, contender: str, metric: str = "ops_per_s", group: str = GROUP) -> Compared:
    (found,) = (
        line
        for line in report.lines
        if (line.entrant, line.metric, line.group) == (contender, metric, group)
    )
    return found


def against(*others: Row, **given: Any) -> Report:
    """Compare with the calm baseline `base`."""
    return compare(Rows([*rows("base", CALM), *others]), **{"baseline": "base", **given})


def limit(rates: Sequence[float], **changes: Any) -> list[Row]:
    return rows(LIMIT, rates, **{"clients": 5, **changes})


def uncertain(contender: str, **changes: Any) -> list[Row]:
    """Make an adapter that is faster with a p between 0.02 and 0.04 when it stands alone."""
    return rows(contender, times(1.1, (1.0, 1.12, 0.97, 1.15, 0.96)), **changes)


def scope(*others: Row, **given: Any) -> Scope:
    """Return the groups that an answer speaks of, with the calm baseline `base` in the first."""
    measured = Rows([*rows("base", CALM), *others])
    return Scope(measured, compare(measured, **{"baseline": "base", **given}))


def elsewhere(contender: str, factor: float, **there: Any) -> list[Row]:
    """Make an adapter beside the calm baseline under other conditions."""
    return [*rows("base", CALM, **there), *rows(contender, times(factor), **there)]


def undecided(measured: Scope, *names: str, reason: Message) -> Scope:
    """Take the verdicts on some adapters back; their intervals stay."""
    lines = tuple(
        replace(line, verdict=Verdict.UNDECIDED, reason=reason)
        if line.low is not None and line.entrant in names
        else line
        for line in measured.report.lines
    )
    return Scope(measured.rows, replace(measured.report, lines=lines))


def contradiction(adapter: str, baseline: str) -> Message:
    """Say why an adapter is undecided."""
    more = message("disturbed.more", adapter=adapter, baseline=baseline)
    verdicts = {"by_midmean": Verdict.FASTER.value, "by_mean": Verdict.NO_DIFFERENCE.value}
    return message("undecided.mean", disturbance=more, **verdicts)


def said(messages: Iterable[Message]) -> list[str]:
    return [text(message) for message in messages]
