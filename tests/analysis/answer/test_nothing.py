"""A run in which nothing can be compared says why, whatever the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.answer.nothing import nothing
from runner.analysis.answer.scope import Scope
from runner.analysis.comparison import compare
from runner.results.row import Status
from runner.results.rows import Rows
from tests.analysis.runs import CALM, elsewhere, limit, rows, said, scope, times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.row import Row


def sentences(*measured: Row, **given: Any) -> Sequence[str]:
    whole = Rows(measured)
    return said(nothing(Scope(whole, compare(whole, **{"baseline": "base", **given}))))


def test_an_empty_run_says_so() -> None:
    assert sentences() == ["Nothing was measured."]
    assert sentences(*limit(CALM)) == ["Nothing was measured."]


def test_a_run_in_which_all_leak_names_nobody() -> None:
    leaking = [*rows("base", CALM, leak=1.0), *rows("other", CALM, leak=1.0)]
    (sentence,) = sentences(*leaking)
    assert sentence.startswith("Clients leak in every cell, so no speed is compared")


def test_one_adapter_has_nothing_to_be_compared_with() -> None:
    assert sentences(*rows("base", CALM)) == [
        "Only base was measured: there is nothing to compare it with."
    ]


@pytest.mark.parametrize(
    ("rounds", "begin"), [(1, "1 round decides nothing"), (2, "2 rounds decide nothing")]
)
def test_too_few_rounds_decide_nothing(rounds: int, begin: str) -> None:
    few = [*rows("base", CALM[:rounds]), *rows("other", CALM[:rounds])]
    assert sentences(*few) == [f"{begin}: 3 are needed before anything is called faster."]


def test_where_everything_failed_nobody_is_called_the_fastest() -> None:
    ended = [*rows("base", CALM, status=Status.HUNG), *rows("other", CALM, starved_clients=9)]
    assert sentences(*ended) == [
        "Not one serves everyone (10 clients), so none is called the fastest."
    ]


def test_a_baseline_that_fails_is_told_with_its_reason() -> None:
    (sentence,) = sentences(*rows("base", CALM, starved_clients=4), *rows("other", CALM))
    assert sentence == (
        "No ratios (10 clients): the baseline base cannot be compared: starves 4 of 10 clients. "
        "For another baseline: --set baseline=NAME"
    )


def test_a_baseline_that_was_not_measured_is_told() -> None:
    (sentence,) = sentences(*rows("a", CALM), *rows("b", CALM))
    assert sentence.startswith("No ratios (10 clients): the baseline base was not measured here.")


def test_a_baseline_that_fails_with_some_clients_is_told_with_those() -> None:
    lame = [*rows("base", CALM, clients=50, starved_clients=1), *rows("other", CALM, clients=50)]
    (sentence,) = said(nothing(scope(*rows("other", times(1.5)), *lame)))
    assert sentence.startswith("No ratios (50 clients): the baseline base cannot be compared")


def test_where_all_is_compared_there_is_nothing_to_say() -> None:
    assert said(nothing(scope(*rows("other", CALM), *elsewhere("other", 1.0, clients=50)))) == []
