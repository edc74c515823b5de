"""Runs of one commit get a verdict at most one time in twenty, however much they differ."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.analysis.run_comparison import compare_runs
from runner.proof.same_commit import false_words, sides
from runner.results.rows import Rows
from runner.roles import LIMIT
from tests.builders import row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.results.row import Row

CELLS = ("psycopg2-queued", "psycopg3", "psycopg3-async", "asyncpg")
ROUNDS = 3
SHARED, OWN, WITHIN = 0.05, 0.03, 0.01
"""Standard deviations of logarithms: of a run, of a cell in a run, of a round in a run."""
COMPARISONS = 200


ADAPTERS = [row(name) for name in CELLS]
SERVER = row(LIMIT, clients=5)


def measured(random_: random.Random, slower: float = 1.0) -> Rows:
    """Make a run: its machine has a pace, each cell in it another, and its rounds hardly differ.

    The limit has a pace of its own, which moves the share of every cell.
    """
    rows: list[Row] = []
    pace, limit = random_.gauss(0, SHARED), random_.gauss(0, SHARED)
    for adapter in ADAPTERS:
        own = pace + random_.gauss(0, OWN)
        for number in range(1, ROUNDS + 1):
            log = own + random_.gauss(0, WITHIN)
            rate, cost = 1000 * slower * math.exp(log), 100 / slower * math.exp(-log)
            rows.append(replace(adapter, round=number, ops_per_s=rate, client_cpu_us_per_op=cost))
    for number in range(1, ROUNDS + 1):
        rate = 10_000 * math.exp(limit + random_.gauss(0, WITHIN))
        rows.append(replace(SERVER, round=number, ops_per_s=rate))
    return Rows(rows)


def groups(size: int, seed: int) -> Iterator[list[Rows]]:
    """Yield independent runs of one commit."""
    random_ = random.Random(seed)
    for _ in range(COMPARISONS):
        yield [measured(random_) for _ in range(size)]


@pytest.mark.parametrize("of_a_side", [2, 3])
def test_runs_of_one_commit_get_a_false_word_at_most_one_time_in_twenty(of_a_side: int) -> None:
    words = 0
    for runs in groups(2 * of_a_side, seed=of_a_side):
        verdicts = [it.verdict for it in compare_runs(runs[:of_a_side], runs[of_a_side:]).changes]
        assert None not in verdicts
        words += any(it and (it.better or it.worse) for it in verdicts)
    assert 0 < words <= COMPARISONS / 20


def test_the_rounds_of_single_runs_would_call_most_of_them_different() -> None:
    """It is why the unit is the run: intervals over rounds exclude 1 in most such pairs."""
    beyond = 0
    for a, b in groups(2, seed=1):
        changes = compare_runs([a], [b]).changes
        assert {change.verdict for change in changes} == {None}
        spans = [(change.low, change.high) for change in changes]
        beyond += any(low and high and not low <= 1 <= high for low, high in spans)
    assert beyond > COMPARISONS / 2


def test_a_commit_that_is_slower_by_half_is_found() -> None:
    random_ = random.Random(1)
    a = [measured(random_) for _ in range(4)]
    b = [measured(random_, slower=0.5) for _ in range(4)]
    for change in compare_runs(a, b).changes:
        assert change.verdict
        assert change.verdict.worse, change


def test_every_two_sides_of_some_runs_are_compared_once() -> None:
    assert list(sides("ab", 1)) == [(("a",), ("b",))]
    two = list(sides("abcd", 2))
    assert two == [(("a", "b"), ("c", "d")), (("a", "c"), ("b", "d")), (("a", "d"), ("b", "c"))]
    assert len(list(sides("abcdef", 2))) == 15 * 3
    assert len(list(sides("abcdef", 3))) == 10
    assert list(sides("abc", 2)) == []


def test_false_words_are_counted_by_metric() -> None:
    """Two runs of four are slower: one way in three tells the two pairs apart."""
    random_ = random.Random(3)
    slow = [measured(random_, slower=0.1) for _ in range(2)]
    share, cost = false_words([*slow, *(measured(random_) for _ in range(2))], 2)
    for counted in (share, cost):
        assert (counted.runs, counted.comparisons, counted.judged) == (2, 3, 3)
        assert (counted.words, counted.too_small) == (1, 0)
        assert not counted.holds
    assert (share.metric, cost.metric) == ("share_of_limit", "client_cpu_us_per_op")
    alone = false_words(slow, 1)
    assert [(it.comparisons, it.judged, it.words, it.holds) for it in alone] == [
        (1, 0, 0, True)
    ] * 2
