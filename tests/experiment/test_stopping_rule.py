"""A run with a precision ends at a planned look, by its budget, or where nothing is left to do."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from runner.config.model import Config
from runner.experiment.stopping_rule import StoppingRule
from runner.messages import said
from runner.report.catalogue import text
from runner.results.row import Row, Status
from runner.results.rows import Rows
from tests.builders import row

if TYPE_CHECKING:
    from collections.abc import Sequence

SECOND = 1_000_000_000


def rule(rows: Sequence[Row], **given: Any) -> StoppingRule:
    values = {"name": "test", "precision": "5%", "matrix": {"adapter": ["base", "other"]}, **given}
    return StoppingRule(Config.model_validate(values), None, ("base", "other"), lambda: Rows(rows))


def rounds(count: int, *, spread: float = 0.001, **given: Any) -> list[Row]:
    """Return the rows of two adapters, whose ratio moves by `spread` from round to round."""
    return [
        row(name, round=number, ops_per_s=rate, failed_share=0.0, **given)
        for number in range(1, count + 1)
        for name, rate in (("base", 1000.0), ("other", 1200.0 * (1 + spread) ** (number % 2)))
    ]


def test_a_run_without_a_precision_is_never_over_early() -> None:
    settled = rule(rounds(40), precision=None, rounds=40)
    assert not any(settled.enough(round_) for round_ in range(40))
    assert settled.expected(3) == 40


def test_precise_intervals_end_a_run_at_a_look_and_only_there() -> None:
    precise = rule(rounds(5))
    assert [precise.enough(round_) for round_ in range(6)] == [False] * 5 + [True]
    assert precise.expected(5) == 5


def test_wide_intervals_ask_for_the_next_look() -> None:
    wide = rule(rounds(10, spread=0.5))
    assert not any(wide.enough(round_) for round_ in range(11))
    assert wide.expected(10) == 20


def test_a_run_in_which_nothing_can_be_compared_ends_at_the_first_look() -> None:
    """Rounds that are added do not make a suspect row good."""
    hopeless = rule(rounds(5, status=Status.SUSPECT, reason=said("rows are missing")))
    assert hopeless.enough(5)
    assert [text(reached) for reached in hopeless.reached(hopeless.report())] == [
        "precision: no interval could be had"
    ]


def test_cells_of_the_first_rounds_keep_no_run_going() -> None:
    """Rounds in which they are not measured do not narrow their intervals."""
    wide = rounds(5, spread=0.5, clients=50)
    mixed = rule([*rounds(5), *wide])
    assert not mixed.enough(5)
    mixed.limited = {(row.cell.common, row.entrant) for row in wide}
    assert mixed.enough(5)
    (sentence,) = mixed.reached(mixed.report())
    assert text(sentence).startswith("precision: ±5 % reached")


@pytest.mark.parametrize(("already", "over"), [(0, False), (3, True)])
def test_a_budget_is_spent_on_the_rounds_of_this_session(already: int, *, over: bool) -> None:
    """Four rounds in 90 s of 120 leave time for a fifth; one of a resumed run does not."""
    spent = rule(rounds(4, spread=0.5), budget="2m")
    spent.began, spent.already = time.monotonic() - 90, already
    assert spent.enough(4) is over
