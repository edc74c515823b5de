"""Rule 5: what was not told apart is said, and what would tell it."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.answer.open_questions import open_questions
from runner.analysis.answer.scope import Scope
from runner.analysis.comparison import compare
from runner.analysis.intervals import LOOKS, quantile
from runner.report.catalogue import text
from runner.results.rows import Rows
from tests.analysis.runs import CALM, contradiction, elsewhere, rows, said, scope, times, undecided

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from runner.analysis.report import Compared
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


@pytest.mark.parametrize("louder", [0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0])
def test_the_rounds_that_are_promised_are_the_first_look_that_is_precise_enough(
    louder: float,
) -> None:
    """At the confidence of four looks at two comparisons, not at that of the run."""
    noise = [1 + louder * (off - 1) for off in SHAKEN]
    measured = scope(*rows("other", times(1.02, noise)), *rows("sure", times(1.5)))
    error = max(_error(line) for line in measured.report.speeds)
    widths = {it: quantile(it - 1, 1 - 0.05 / 8) * error / math.sqrt(it) for it in LOOKS}
    rounds = next(it for it, width in widths.items() if width <= math.log(1.05))
    (sentence,) = said(open_questions(measured, None))
    assert f"±5 % takes about {rounds} rounds" in sentence


def _error(line: Compared) -> float:
    """Return the standard deviation of the rounds."""
    assert line.half_width is not None
    assert line.confidence is not None
    return line.half_width * math.sqrt(line.rounds) / quantile(line.rounds - 1, line.confidence)


def test_noise_that_forty_rounds_do_not_narrow_to_the_goal_says_what_they_would() -> None:
    (sentence,) = sentences(*rows("other", times(1.0, NOISY)))
    found = re.search(r"±(\d+) % takes about 40 min: --set precision=(\d+)%", sentence)
    assert found
    assert found.group(1) == found.group(2)
    assert int(found.group(1)) > 5


def test_options_leave_out_what_needs_no_more_rounds() -> None:
    leaking = rows("base", CALM, leak=1.0)
    there = elsewhere("other", 1.0, workload="read")
    (sentence,) = sentences(*rows("other", times(1.02, SHAKEN)), *leaking, *there)
    assert "--set precision=5% --only workload=insert --only leak=0 --set budget=" in sentence


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


CONTRADICTION = contradiction("a", "base")
BECAUSE = f"{text(CONTRADICTION)}."


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ("a", f"Undecided: a 1.50x: {BECAUSE}"),
        ("ab", f"Undecided: a 1.50x, b 1.50x; the first because {BECAUSE}"),
    ],
)
def test_undecided_adapters_are_told_with_their_reason(names: str, sentence: str) -> None:
    measured = scope(*(row for name in names for row in rows(name, times(1.5))))
    torn = undecided(measured, *names, reason=CONTRADICTION)
    assert said(open_questions(torn, None)) == [sentence]


def test_an_undecided_interval_within_the_margin_is_not_called_close() -> None:
    measured = undecided(scope(*rows("a", times(1.0))), "a", reason=CONTRADICTION)
    assert said(open_questions(measured, None)) == [f"Undecided: a 1.00x: {BECAUSE}"]


def test_more_rounds_than_there_can_be_are_not_promised() -> None:
    """Sixty rounds are more than a run with looks may have."""
    many = [1000.0 * off for off in (1.0, 1.9, 0.5, 1.6, 0.6, 1.1) * 10]
    base = rows("base", [1000.0] * 60)
    whole = Rows([*base, *rows("other", many)])
    measured = Scope(whole, compare(whole, baseline="base"))
    (sentence,) = said(open_questions(measured, a_minute))
    assert sentence.endswith("With such noise, 40 rounds would not tell more.")
