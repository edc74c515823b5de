"""The table of changes tells what changed, and no more of what cannot be compared than needed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.analysis.change import Change, RunComparison
from runner.analysis.refusals import LEAKS
from runner.analysis.verdict import Verdict
from runner.messages import Message, message
from runner.report.catalogue import text
from runner.report.changes import table
from runner.report.model import Emphasis, Table

METRICS = ("share_of_limit", "client_cpu_us_per_op")
OVER_RUNS = "[From, to]: over the runs, whose own variance is in it; "
WITHIN = "Within the runs: 95 % over their rounds alone. "


def changes(
    cell: str, reason: Message | None = None, runs: int = 3, verdict: Verdict | None = None
) -> list[Change]:
    if reason is None:
        return [Change(cell, it, runs, runs, 0.9, 0.85, 0.95, verdict) for it in METRICS]
    refused = Verdict.NOT_COMPARED
    return [Change(cell, it, runs, runs, verdict=refused, reason=reason) for it in METRICS]


def shown(*several: list[Change], runs: int = 3) -> Table:
    every = tuple(change for some in several for change in some)
    return table(RunComparison(every, (), (), runs, runs, 0.95, 0.03))


def lines(*several: list[Change], runs: int = 3) -> list[list[str]]:
    return [[*map(text, row.cells)] for row in shown(*several, runs=runs).rows]


def notes(*several: list[Change], runs: int = 3) -> list[str]:
    return [text(note) for note in shown(*several, runs=runs).notes]


def test_each_metric_has_a_line_under_its_cell() -> None:
    words = "-10.0 % [-15.0 %, -5.0 %] slower"
    assert lines(changes("asyncpg-insert", verdict=Verdict.SLOWER)) == [
        ["asyncpg-insert", ""],
        ["  share of the limit", words],
        ["  client CPU per operation", words],
    ]


def test_the_notes_say_what_the_intervals_are() -> None:
    assert [note.startswith(OVER_RUNS) for note in notes(changes("a"))] == [True, False]
    assert notes(changes("a"))[1] == "With 5 runs of each they would be about 64 % as wide."
    assert len(notes(changes("a", runs=5), runs=5)) == 1
    (within,) = notes(changes("a", runs=1), runs=1)
    assert within.startswith(WITHIN)
    bare = [replace(change, low=None, high=None) for change in changes("a", runs=1)]
    assert notes(bare, runs=1) == []


@pytest.mark.parametrize(
    ("verdict", "emphasis"),
    [
        (Verdict.SLOWER, Emphasis.STRONG),
        (Verdict.FASTER, Emphasis.STRONG),
        (Verdict.TOO_SMALL, Emphasis.NONE),
        (Verdict.NO_DIFFERENCE, Emphasis.NONE),
        (None, Emphasis.NONE),
    ],
)
def test_only_a_verdict_has_weight(verdict: Verdict | None, emphasis: Emphasis) -> None:
    assert [it.emphasis for it in shown(changes("a", verdict=verdict)).rows[1:]] == [emphasis] * 2


def test_a_cell_that_is_refused_whatever_the_metric_is_told_once() -> None:
    starving = message("refused.starves", starved=5, clients=10)
    refused = message("refused.in_run", run="A", reason=starving)
    words = "not compared: in A: starves 5 of 10 clients"
    assert lines(changes("psycopg2-insert", refused)) == [["psycopg2-insert", words]]
    assert len(lines(changes("a", refused), changes("b", refused))) == 2


def test_a_leaking_cell_is_not_told_of() -> None:
    assert lines(changes("a", message("refused.in_run", run="B", reason=LEAKS))) == []
