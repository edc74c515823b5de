"""Rule 3: a longer tail behind a better median or throughput is told, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.answer.scope import Scope
from runner.analysis.answer.tails import tails
from runner.analysis.comparison import compare
from runner.results.rows import Rows
from tests.analysis.runs import CALM, rows, said, times
from tests.builders import changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.row import Row

SHAKE = (1.0, 1.01, 0.99, 1.005, 0.995)


def adapter(name: str, rate: float, p99: float, p50: float = 10.0, **where: Any) -> list[Row]:
    """Make an adapter of so many times the baseline's rate and p99; its median is 10 ms."""
    shaken = zip(rows(name, times(rate), **where), SHAKE, strict=True)
    return [changed(row, total_ms_p99=p99 * off, total_ms_p50=p50) for row, off in shaken]


BASE = adapter("base", 1.0, 50.0)


def sentences(*others: Row) -> Sequence[str]:
    measured = Rows([*BASE, *others])
    return said(tails(Scope(measured, compare(measured, baseline="base"))))


def test_a_faster_adapter_with_a_longer_tail_is_told() -> None:
    (sentence,) = sentences(*adapter("other", 1.5, 200.0, p50=1.0))
    assert sentence.startswith("Faster than base, but with a longer tail: p99 of other 4.00x [4.")


def test_a_shorter_median_with_a_longer_tail_is_told_where_the_rate_is_not_better() -> None:
    (sentence,) = sentences(*adapter("other", 0.9, 200.0, p50=1.0))
    assert sentence.startswith("A shorter median than base, but a longer tail: p99 of other 4.00x ")


def test_a_slower_adapter_with_a_shorter_tail_is_told_too() -> None:
    (sentence,) = sentences(*adapter("other", 0.5, 10.0))
    assert sentence.startswith("Slower than base, but with a shorter tail: p99 of other 0.20x [")


@pytest.mark.parametrize(
    ("rate", "p99", "p50"),
    [
        (1.5, 10.0, 1.0),
        (0.5, 200.0, 20.0),
        (1.0, 50.0, 1.0),
        (0.5, 200.0, 9.9),
    ],
    ids=["better in all", "worse in all", "the same tail", "a median within the margin"],
)
def test_verdicts_that_agree_are_not_told_here(rate: float, p99: float, p50: float) -> None:
    assert sentences(*adapter("other", rate, p99, p50)) == []


def with_medians(*medians: float) -> list[Row]:
    """Make an adapter with a longer tail and these medians; the baseline's are 10 ms."""
    slow = adapter("other", 0.9, 200.0)
    return [changed(row, total_ms_p50=it) for row, it in zip(slow, medians, strict=True)]


def test_a_median_that_may_be_shorter_by_chance_is_not_called_so() -> None:
    assert sentences(*with_medians(4.0, 9.0, 5.0, 11.0, 9.5)) == []


def test_a_median_that_is_longer_in_one_round_can_still_be_shorter() -> None:
    (sentence,) = sentences(*with_medians(2.0, 3.0, 2.5, 10.1, 2.0))
    assert sentence.startswith("A shorter median than base, but a longer tail")


def test_a_run_without_percentiles_says_nothing_of_tails() -> None:
    assert sentences(*rows("other", CALM, total_ms_p99=None)) == []
