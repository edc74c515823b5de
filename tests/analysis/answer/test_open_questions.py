"""Rule 5: what was not told apart is said, and what would tell it."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.answer.open_questions import open_questions
from runner.analysis.answer.scope import Scope
from runner.analysis.intervals import LOOKS, quantile
from runner.analysis.report import Report
from runner.analysis.verdict import Verdict
from runner.messages import message
from tests.analysis.runs import CALM, elsewhere, rows, said, scope, times

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from runner.results.row import Row

SHAKEN = (1.0, 1.06, 0.95, 1.04, 0.96)
NOISY = (1.0, 1.9, 0.5, 1.6, 0.6)


def a_minute(groups: Collection[str]) -> float:
    """Take a round for one minute a group."""
    return 60.0 * len(groups)


def sentences(*others: Row, **given: Any) -> Sequence[str]:
    return said(open_questions(scope(*others, **given), a_minute))


def test_what_is_not_told_apart_says_with_which_options_and_how_long_it_takes() -> None:
    (sentence,) = sentences(*rows("other", times(1.02, SHAKEN)))
    assert sentence == (
        "Not told apart from base: other. "
        "±5 % takes about 10 min: --set precision=5% --set budget=11m"
    )


def test_the_rounds_that_are_promised_would_narrow_such_noise_to_the_goal() -> None:
    """Student's interval at the confidence of a run with four looks, of 10 and of 5 rounds."""
    line = next(it for it in scope(*rows("other", times(1.02, SHAKEN))).report.speeds)
    assert line.half_width is not None
    assert line.confidence is not None
    error = line.half_width * math.sqrt(5) / quantile(4, line.confidence)
    widths = {it: quantile(it - 1, 1 - 0.05 / 4) * error / math.sqrt(it) for it in LOOKS}
    assert widths[10] <= math.log(1.05) < widths[5]


def test_noise_that_forty_rounds_do_not_narrow_to_the_goal_says_what_they_would() -> None:
    (sentence,) = sentences(*rows("other", times(1.0, NOISY)))
    found = re.search(r"±(\d+) % takes about 40 min: --set precision=(\d+)%", sentence)
    assert found
    assert found.group(1) == found.group(2)
    assert int(found.group(1)) > 5


def test_options_leave_out_what_needs_no_more_rounds() -> None:
    leaking = rows("base", CALM, leak=1.0)
    there = elsewhere("other", 1.0, cpus="one")[:6]
    (sentence,) = sentences(*rows("other", times(1.02, SHAKEN)), *leaking, *there)
    assert "--set precision=5% --only cpus=all --only leak=0 --set budget=" in sentence


def test_one_number_of_clients_that_is_meant_is_measured_alone() -> None:
    told = elsewhere("other", 1.5, clients=50)
    (sentence,) = sentences(*rows("other", times(1.02, SHAKEN)), *told)
    assert sentence.startswith("Not told apart from base: other (10 clients). ±5 % takes about 10")
    assert "--only clients=10 " in sentence


def test_without_a_plan_the_rounds_are_told() -> None:
    (sentence,) = said(open_questions(scope(*rows("other", times(1.02, SHAKEN))), None))
    assert sentence.endswith("±5 % takes about 10 rounds: --set precision=5%")


def test_an_interval_within_the_margin_says_that_they_are_that_close() -> None:
    assert sentences(*rows("other", times(1.0))) == [
        "Within 3 % of base: other 1.00x [0.99, 1.01]."
    ]


def test_a_difference_too_small_to_matter_is_close_and_no_open_question() -> None:
    exact = (1.0, 1.0001, 0.9999, 1.0, 1.0001)
    (sentence,) = sentences(*rows("other", times(1.02, exact)))
    assert sentence.startswith("Within 3 % of base: other 1.02x [")


def test_verdicts_leave_no_question() -> None:
    assert sentences(*rows("fast", times(1.5)), *rows("raises", CALM, starved_clients=3)) == []
    assert sentences() == []


@pytest.mark.parametrize("others", [1, 2])
def test_undecided_adapters_are_told_with_their_reason(others: int) -> None:
    names = ["a", "b"][:others]
    measured = scope(*(row for name in names for row in rows(name, times(1.5))))
    reason = message("undecided.near", near=0.25, least=0.4)
    lines = tuple(
        replace(line, verdict=Verdict.UNDECIDED, reason=reason) if line.low else line
        for line in measured.report.lines
    )
    undecided = Scope(measured.rows, Report(lines, 0.03, 1))
    because = "only 25 % of the turns are near the quiet pace, 40 % are needed."
    first = [f"Undecided: a: {because}", f"Undecided: a, b; the first because {because}"]
    assert said(open_questions(undecided, None)) == [first[others - 1]]
