"""The table of two runs tells what changed, and no more of what cannot be compared than needed."""

from __future__ import annotations

from runner.analysis.change import Change, RunComparison
from runner.analysis.comparison import ONE_ROUND
from runner.analysis.refusals import LEAKS
from runner.analysis.verdict import Verdict
from runner.messages import Message, message
from runner.report.catalogue import text
from runner.report.changes import table

METRICS = ("share_of_limit", "client_cpu_us_per_op")


def changes(cell: str, reason: Message | None = None) -> list[Change]:
    if reason is None:
        return [Change(cell, cell, metric, 5, 5, 0.9, 0.85, 0.95) for metric in METRICS]
    refused = Verdict.NOT_COMPARED
    return [Change(cell, cell, metric, 5, 5, verdict=refused, reason=reason) for metric in METRICS]


def lines(*several: list[Change]) -> list[list[str]]:
    every = tuple(change for some in several for change in some)
    return [[*map(text, row.cells)] for row in table(RunComparison(every, (), (), (), 0.03)).rows]


def test_each_metric_has_a_line_under_its_cell() -> None:
    words = "-10.0 % [-15.0 %, -5.0 %] no difference shown"
    assert lines(changes("asyncpg-insert")) == [
        ["asyncpg-insert", ""],
        ["  share of the limit", words],
        ["  client CPU per operation", words],
    ]


def test_a_cell_that_is_refused_whatever_the_metric_is_told_once() -> None:
    starving = message("refused.starves", starved=5, clients=10)
    refused = message("refused.in_run", run="A", reason=starving)
    words = "not compared: in A: starves 5 of 10 clients"
    assert lines(changes("psycopg2-insert", refused)) == [["psycopg2-insert", words]]
    assert len(lines(changes("a", ONE_ROUND), changes("b", ONE_ROUND))) == 2


def test_a_leaking_cell_is_not_told_of() -> None:
    assert lines(changes("a", message("refused.in_run", run="B", reason=LEAKS))) == []
