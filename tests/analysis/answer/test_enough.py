"""Rule 9: how many connections are enough, by rows that are made up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.analysis.answer.answer import answer
from runner.analysis.answer.enough import enough
from runner.analysis.answer.scope import Scope
from runner.analysis.comparison import compare
from runner.report.catalogue import text
from runner.results.rows import Rows
from tests.analysis.runs import CALM, at_2000, closed, of_size, paced, rows, said, times
from tests.builders import changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.row import Row

PLATEAU = {1: 0.4, 2: 0.8, 3: 1.0, 4: 1.001, 5: 1.0}
PEAK = {1: 0.6, 2: 0.9, 3: 1.0, 4: 0.8, 5: 0.66}
WIDE = (1.0, 1.4, 0.7, 1.2, 0.9)


def scope(measured: Sequence[Row]) -> Scope:
    whole = Rows(measured)
    return Scope(whole, compare(whole, baseline=None))


def told(measured: Sequence[Row], longest_p99: float | None = None) -> list[str]:
    return said(enough(scope(measured), longest_p99))


def test_on_a_plateau_the_smallest_size_that_keeps_up_with_the_best_is_enough() -> None:
    first, second, *_ = told(closed(PLATEAU))
    assert first.startswith(
        "psycopg3, insert, 10 clients: 3 connections are enough, of 1 to 5 measured: 1.00x ["
    )
    assert first.endswith("] the operations/s with 4, the best measured.")
    assert second.startswith("2 connections are too few: 0.80x [")


def test_the_connections_that_are_busy_follow_from_littles_law() -> None:
    assert (
        "With 3, at 1,000/s of 2 ms each, 2 connections are busy on average (Little's law)."
        in told(closed(PLATEAU))
    )


def test_the_p99_is_told_of_the_sizes_around() -> None:
    (tails,) = (it for it in told(closed(PLATEAU)) if it.startswith("The p99 is"))
    assert re.findall(r"ms \[[0-9., ]+\] with ([0-9])", tails) == ["2", "3", "4"]


def test_at_a_peak_it_is_told_that_more_connections_make_it_worse() -> None:
    sentences = told(closed(PEAK))
    assert "3 connections are enough, of 1 to 5 measured: the best measured." in sentences[0]
    (worse,) = (it for it in sentences if it.startswith("More connections make it worse"))
    assert worse.startswith("More connections make it worse: with 5, 0.66x [")


def test_where_it_still_rises_nothing_is_said_beyond_the_largest_size() -> None:
    first, *_ = told(closed({1: 0.4, 2: 0.6, 3: 0.8}))
    assert first == (
        "psycopg3, insert, 10 clients: not enough sizes: the best is the largest measured, 3. "
        "More connections may be better yet."
    )


def test_wide_intervals_decide_nothing_and_say_so() -> None:
    noisy = [
        *of_size(1, rows("psycopg3", times(0.1))),
        *of_size(2, rows("psycopg3", times(1.0, WIDE))),
        *of_size(3, rows("psycopg3", times(1.02, WIDE[::-1]))),
    ]
    first, *_ = told(noisy)
    assert first.endswith(
        "not decided how many connections are enough: the intervals of 2 and 3 are too wide. "
        "More rounds narrow them."
    )


def test_a_smaller_size_that_is_not_decided_is_named_beside_the_one_that_is() -> None:
    noisy = [*closed({1: 0.2, 3: 1.0, 4: 1.0}), *of_size(2, rows("psycopg3", times(1.0, WIDE)))]
    first, *others = told([*noisy])
    assert "it is not decided" in first, "the wide one may be the best"
    sentences = told([*paced({1: 9.0, 3: 1.0}), *wide_tails(2)], 0.006)
    assert "3 connections are enough" in sentences[0]
    assert sentences[1] == "Fewer may be enough too, their intervals are too wide to tell: 2."
    assert others


def wide_tails(size: int) -> list[Row]:
    made = at_2000("psycopg3", 1.1)
    return of_size(
        size, [changed(it, total_ms_p99=5.5 * by) for it, by in zip(made, WIDE, strict=True)]
    )


def test_two_rounds_decide_nothing() -> None:
    few = [row for row in closed(PLATEAU) if row.round <= 2]
    assert told(few)[0].endswith("there are 2 rounds of the 3 that an interval needs.")


def test_too_few_operations_for_a_p99_are_told_with_what_has_more() -> None:
    first, *_ = told(paced({1: 1.0, 2: 1.0}, total_ms_p99=None), 0.006)
    assert "a p99 needs more operations with 1 and 2. A longer duration has them" in first


def test_at_a_rate_the_smallest_size_that_keeps_the_limit_is_enough() -> None:
    sentences = told(paced({4: 3.0, 5: 1.5, 6: 1.0, 8: 0.9}), 0.006)
    assert sentences[0].startswith(
        "psycopg3, insert, 10 clients, at 2,000 arrivals a second: 6 connections are enough, "
        "of 4 to 8 measured: p99 5 ms ["
    )
    assert sentences[0].endswith("], the limit is 6 ms.")
    assert sentences[1].startswith("5 connections are too few: p99 7.5 ms [")
    assert not any("not enough sizes" in it or "worse" in it for it in sentences)


def test_at_a_rate_without_a_limit_p99_is_compared() -> None:
    sentences = told(paced({1: 9.0, 2: 1.0, 3: 1.0, 4: 1.6}))
    assert "2 connections are enough" in sentences[0]
    (worse,) = (it for it in sentences if it.startswith("More connections"))
    assert worse.startswith("More connections make it worse: with 4, 1.60x [1.60, 1.60] the p99")


def test_a_size_that_does_not_keep_up_with_the_rate_is_too_few() -> None:
    late = paced({2: 0.5}, ok=1900, operations=1900)
    sentences = told([*late, *paced({3: 1.0, 4: 1.0})], 0.006)
    assert "3 connections are enough" in sentences[0]
    assert sentences[1] == (
        "2 connections are too few: 5 % of the arrivals failed, were dropped or left over."
    )


def test_a_limit_that_no_size_keeps_is_said_with_what_the_largest_did() -> None:
    first, *others = told(paced({1: 3.0, 2: 2.0}), 0.006)
    assert "none of 1 to 2 connections is enough: with 2, p99 10 ms [" in first
    assert first.endswith("], the limit is 6 ms.")
    assert not [it for it in others if "enough" in it or "few" in it]


def test_arrivals_that_would_keep_more_connections_busy_than_there_are_are_told() -> None:
    said_of_them = "With 2, not all is served: 2,000/s of 2 ms each keep 4 connections busy"
    crowded = paced({1: 3.0, 2: 2.0}, rate_per_s=2000.0)
    assert any(it.startswith(said_of_them) for it in told(crowded, 0.006))
    roomy = told(paced({5: 3.0, 6: 2.0}, rate_per_s=2000.0), 0.006)
    assert not [it for it in roomy if "not all is served" in it]


def test_in_a_closed_loop_the_limit_leaves_out_even_the_fastest() -> None:
    fast = [changed(row, total_ms_p99=90.0) for row in closed({5: 2.0})]
    slower = [changed(row, total_ms_p99=9.0) for row in closed({2: 0.5, 3: 1.0, 4: 1.0})]
    sentences = told([*fast, *slower], 0.010)
    assert "3 connections are enough, of 2 to 5 measured" in sentences[0]


def test_a_best_that_may_break_the_limit_leaves_the_slower_ones_undecided() -> None:
    fast = closed({5: 2.0})
    fast = [changed(it, total_ms_p99=9.0 * by) for it, by in zip(fast, WIDE, strict=True)]
    slower = [changed(row, total_ms_p99=9.0) for row in closed({2: 0.5, 3: 1.0, 4: 1.0})]
    assert "the intervals of 3, 4 and 5 are too wide" in told([*fast, *slower], 0.010)[0]


def test_each_adapter_has_sentences_of_its_own() -> None:
    other = [changed(row, "asyncpg", compared="pool_size") for row in closed(PEAK)]
    starts = [it.split(":")[0] for it in told([*closed(PLATEAU), *other]) if "are enough" in it]
    assert starts == ["asyncpg, insert, 10 clients", "psycopg3, insert, 10 clients"]


def test_it_comes_first_and_only_where_sizes_are_compared() -> None:
    whole = scope(closed(PLATEAU))
    sentences = [text(it) for it in answer(whole.rows, whole.report)]
    assert "3 connections are enough" in sentences[1], "after the head"
    assert told([*rows("base", CALM), *rows("other", times(2.0))]) == []


def test_one_size_alone_is_not_enough_to_tell_how_many_connections_are() -> None:
    first, *_ = told(closed({1: 1.0}))
    assert "not enough sizes" in first


def test_a_size_is_too_few_by_one_that_is_shown_to_be_better_and_not_by_the_best() -> None:
    noisy = [
        *closed({1: 0.8, 2: 1.0}),
        *of_size(3, rows("psycopg3", times(1.1, WIDE))),
    ]
    (lack,) = (it for it in told(noisy) if "too few" in it)
    assert re.match(
        r"1 connection is too few: 0\.80x \[0\.\d+, 0\.\d+\] the operations/s with 2\.", lack
    )
