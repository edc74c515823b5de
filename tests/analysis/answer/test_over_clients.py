"""Rule 2 over all numbers of clients: what one number alone does not show, all together may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.open_questions import open_questions
from runner.analysis.answer.over_clients import over_clients
from runner.analysis.answer.speed import speed
from tests.analysis.runs import contradiction, elsewhere, rows, said, scope, times, undecided

if TYPE_CHECKING:
    from runner.results.row import Row

WIDE = (1.0, 1.4, 0.7, 1.2, 0.9)
"""Noise in which a third more is not shown."""
AGAINST = (1.2, 0.86, 1.3, 0.82, 1.0)
"""Noise that goes the other way in each round."""


def unsure_with_50() -> list[Row]:
    base = [row for row in elsewhere("fast", 1.0, clients=50) if row.contender == "base"]
    return [
        *rows("fast", times(1.3, AGAINST)),
        *base,
        *rows("fast", times(1.3, WIDE), clients=50),
    ]


def test_what_is_shown_of_all_together_is_the_first_sentence() -> None:
    (first,) = said(speed(scope(*unsure_with_50())))
    assert first.startswith("Fastest, with 10 and 50 clients together: fast, 1.3")
    assert first.endswith("x base [1.21, 1.44], with each 1.31 to 1.33x.")


def test_who_is_told_apart_only_together_is_said_to_be_open_with_each_alone() -> None:
    (open_,) = said(open_questions(scope(*unsure_with_50()), None))
    assert open_.startswith("Not told apart from base: fast (10 and 50 clients alone).")


def test_who_is_behind_has_the_ratio_of_all_and_that_of_each() -> None:
    slow = [*rows("slow", times(0.5)), *rows("slow", times(0.6), clients=50)]
    first, rest = said(speed(scope(*unsure_with_50(), *slow)))
    assert first.startswith("Fastest, with 10 and 50 clients together: fast,")
    assert rest == "Slower than base: slow 0.55x [0.54, 0.55], each 0.50 to 0.60x."


def test_an_order_that_turns_over_is_told_of_each_number_of_clients() -> None:
    slower = elsewhere("other", 0.5, clients=50)
    turned = scope(*rows("other", times(1.5)), *slower)
    assert over_clients(turned) == ()
    assert len(said(speed(turned))) == 3


def test_two_that_change_places_behind_the_fastest_are_told_of_each_number_of_clients() -> None:
    """Both are slower than the baseline everywhere."""
    at_10 = [*rows("a", times(0.5)), *rows("b", times(0.7))]
    at_50 = [*elsewhere("a", 0.7, clients=50), *rows("b", times(0.5), clients=50)]
    assert over_clients(scope(*at_10, *at_50)) == ()
    same = [*elsewhere("a", 0.5, clients=50), *rows("b", times(0.7), clients=50)]
    assert [it.entrant for it in over_clients(scope(*at_10, *same))] == ["a", "b", "base"]


def test_a_verdict_of_one_number_that_all_together_do_not_show_is_said_of_it_alone() -> None:
    noisy = rows("other", times(1.0, WIDE), clients=50)
    base = [row for row in elsewhere("x", 1.0, clients=50) if row.contender == "base"]
    first, alone = said(speed(scope(*rows("other", times(1.1)), *base, *noisy)))
    assert first == "Fastest, with 10 and 50 clients: none is shown to be, by more than 3 %."
    assert alone == "Faster than base: other 1.10x [1.09, 1.11] (10 clients alone)."


def test_verdicts_that_differ_because_the_ratios_do_stand_for_themselves() -> None:
    """Over both it would be 1.2 times, which holds with neither."""
    measured = scope(*rows("other", times(1.0)), *elsewhere("other", 1.5, clients=50))
    assert over_clients(measured) == ()


def test_who_is_undecided_with_one_number_is_not_judged_over_all() -> None:
    torn = undecided(scope(*unsure_with_50()), "fast", reason=contradiction("fast", "base"))
    assert over_clients(torn) == ()


def test_one_number_of_clients_is_told_as_before() -> None:
    assert over_clients(scope(*rows("fast", times(1.5)))) == ()
