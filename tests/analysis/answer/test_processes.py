"""Rule 13: how many processes are enough, by rows that are made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.analysis.answer.answer import answer
from runner.analysis.answer.processes import processes
from runner.analysis.answer.scope import Scope
from runner.analysis.comparison import compare
from runner.report.catalogue import text
from runner.results.rows import Rows
from tests.analysis.runs import CALM, rows, said, times
from tests.builders import changed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.results.row import Row

FULL = {1: 0.5, 2: 1.0, 4: 1.001}
PEAK = {1: 0.6, 2: 1.0, 4: 0.8}
WIDE = (1.0, 1.4, 0.7, 1.2, 0.9)
CEILING = 1250.0


def of_processes(number: int, of: Sequence[Row]) -> list[Row]:
    numbers: dict[str, Any] = {
        "processes": number,
        "compared": "processes",
        "ceiling_ops_per_s": CEILING,
    }
    return [changed(row, **numbers) for row in of]


def measured(factors: Mapping[int, float]) -> list[Row]:
    """Make numbers of processes whose operations per second are multiples of the calm ones."""
    return [
        row
        for number, factor in factors.items()
        for row in of_processes(number, rows("psycopg3", times(factor)))
    ]


def scope(of: Sequence[Row]) -> Scope:
    whole = Rows(of)
    return Scope(whole, compare(whole, baseline=None))


def told(of: Sequence[Row]) -> list[str]:
    return said(processes(scope(of)))


def test_the_smallest_number_that_keeps_up_with_the_best_is_enough() -> None:
    first, second, *_ = told(measured(FULL))
    assert first.startswith(
        "psycopg3, insert, 10 clients on 5 connections: 2 processes are enough, of 1 to 4 "
        "measured: 1.00x ["
    )
    assert second.startswith("1 process is too few: 0.50x [")


def test_the_rate_at_which_the_cores_would_be_full_is_told_with_what_is_reached_of_it() -> None:
    assert told(measured(FULL))[-1] == (
        "With 2, the cores would be full at 1,250/s, by the CPU of client and server per "
        "operation; 80 % of it is reached."
    )


def test_nothing_is_said_of_full_cores_where_the_cpu_of_the_server_is_unknown() -> None:
    unknown = [changed(row, ceiling_ops_per_s=None) for row in measured(FULL)]
    assert not [it for it in told(unknown) if "cores" in it]


def test_at_a_peak_it_is_told_that_more_processes_make_it_worse() -> None:
    (worse,) = (it for it in told(measured(PEAK)) if it.startswith("More processes make it"))
    assert worse.startswith("More processes make it worse: with 4, 0.80x [")


def test_where_it_still_rises_the_largest_number_is_called_the_edge() -> None:
    first, *_ = told(measured({1: 0.4, 2: 0.6, 4: 0.8}))
    assert first == (
        "psycopg3, insert, 10 clients on 5 connections: not enough numbers of processes: the best "
        "is the largest measured, 4. More processes may do more yet."
    )


def test_wide_intervals_and_two_rounds_decide_nothing_and_say_so() -> None:
    noisy = [
        *of_processes(1, rows("psycopg3", times(1.0, WIDE))),
        *of_processes(2, rows("psycopg3", times(1.02, WIDE[::-1]))),
    ]
    assert told(noisy)[0].endswith(
        "not decided how many processes are enough: the intervals of 1 and 2 are too wide. "
        "More rounds narrow them."
    )
    few = [row for row in measured(FULL) if row.round <= 2]
    assert told(few)[0].endswith("there are 2 rounds of the 3 that an interval needs.")


def test_it_comes_after_the_head_and_only_where_numbers_of_processes_are_compared() -> None:
    whole = scope(measured(FULL))
    sentences = [text(it) for it in answer(whole.rows, whole.report)]
    assert "2 processes are enough" in sentences[1]
    assert told([*rows("base", CALM), *rows("other", times(2.0))]) == []
