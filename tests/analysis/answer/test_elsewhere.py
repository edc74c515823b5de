"""Rule 6: what holds elsewhere in the matrix, and what does not, is told as far as it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.analysis.answer.elsewhere import elsewhere as rule
from runner.analysis.answer.scope import Scope
from runner.plan.turn_timing import LEAD_IN, TURN
from runner.rtt import Rtt
from tests.analysis.runs import CALM, contradiction, elsewhere, rows, said, scope, times, undecided
from tests.builders import changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.row import Row

WIDE = (1.0, 1.4, 0.7, 1.2, 0.9)
HERE = rows("other", times(0.5))


def sentences(*others: Row) -> Sequence[str]:
    return said(rule(scope(*others)))


def noisy(factor: float, **there: str) -> list[Row]:
    """Make an adapter elsewhere whose interval is so wide that nothing is shown."""
    return [*rows("base", CALM, **there), *rows("other", times(factor, WIDE), **there)]


def test_an_order_that_turns_over_on_all_cores_is_told_with_both_ratios() -> None:
    (sentence,) = sentences(*HERE, *elsewhere("other", 1.3, cpus="one"))
    assert sentence == (
        "The order is another one elsewhere (all cores), against base: "
        "other 0.50x there, 1.30x here, apart by 0.38x [0.38, 0.39]."
    )


def through(milliseconds: int) -> dict[str, Rtt]:
    return {"rtt": Rtt(through=True, seconds=milliseconds / 1000)}


def test_an_order_that_does_not_hold_with_a_millisecond_to_the_server_is_told() -> None:
    (sentence,) = sentences(*HERE, *elsewhere("other", 1.3, **through(1)))
    assert sentence.startswith(
        "The order is another one elsewhere (through a network with a round trip of 1 ms), against"
    )
    (same,) = sentences(*HERE, *elsewhere("other", 0.6, **through(0)))
    assert same == (
        "Elsewhere the verdicts are the same (through a network with a round trip of 0 ms)."
    )


def test_a_setting_without_a_network_is_named_as_one() -> None:
    home = [*rows("base", CALM, **through(1)), *rows("other", times(0.5), **through(1))]
    longer = [changed(row, round=row.round + 5) for row in home]
    (sentence,) = sentences(*home, *longer, *rows("other", times(1.3)))
    assert sentence.startswith("The order is another one elsewhere (without a network), against")


def test_verdicts_that_come_out_again_are_the_same() -> None:
    assert sentences(*HERE, *elsewhere("other", 0.6, workload="read")) == [
        "Elsewhere the verdicts are the same (read)."
    ]


def test_a_ratio_that_cannot_be_the_one_at_home_is_another_order_without_a_verdict_too() -> None:
    (sentence,) = sentences(*HERE, *noisy(1.1, workload="read"))
    assert sentence.startswith("The order is another one elsewhere (read), against base: other 1.1")


def test_ratios_whose_intervals_meet_may_differ_by_more_than_chance() -> None:
    """Each interval holds together with all others; a single difference is surer than both."""
    slower = rows("other", times(0.8))
    there = noisy(1.2, workload="read")
    measured = scope(*slower, *there)
    here, elsewhere_ = (line for line in measured.report.speeds if line.entrant == "other")
    assert (elsewhere_.low or 2) < (here.high or 0), "they meet"
    (sentence,) = said(rule(measured))
    assert sentence.startswith("The order is another one elsewhere (read)")


def test_what_is_not_shown_elsewhere_is_neither_the_same_nor_another_order() -> None:
    slightly = rows("other", times(0.93))
    assert sentences(*slightly, *noisy(1.0, workload="read")) == [
        "Elsewhere nothing contradicts that, but not all of it is shown again (read)."
    ]


def test_one_verdict_that_is_not_shown_again_leaves_the_rest_open() -> None:
    two = [*rows("other", times(0.93)), *rows("slow", times(0.5))]
    there = [*noisy(1.0, workload="read"), *rows("slow", times(0.5), workload="read")]
    (sentence,) = sentences(*two, *there)
    assert sentence.startswith("Elsewhere nothing contradicts that, but not all of it is shown")


def test_what_is_undecided_elsewhere_contradicts_nothing() -> None:
    measured = scope(*HERE, *elsewhere("other", 1.5, workload="read"))
    there = {it.group for it in measured.report.lines if it.conditions.workload == "read"}
    torn = undecided(measured, "other", reason=contradiction("other", "base"))
    lines = tuple(
        after if after.group in there else before
        for before, after in zip(measured.report.lines, torn.report.lines, strict=True)
    )
    half = Scope(measured.rows, replace(measured.report, lines=lines))
    assert said(rule(half)) == [
        "Elsewhere nothing contradicts that, but not all of it is shown again (read)."
    ]


def test_a_setting_without_intervals_shows_nothing() -> None:
    few = [*rows("base", CALM[:2], workload="read"), *rows("other", CALM[:2], workload="read")]
    assert sentences(*HERE, *few) == ["Whether that holds elsewhere is not shown (read)."]


def test_settings_of_which_the_same_is_to_be_said_share_a_sentence() -> None:
    names = ("list", "mixed", "read", "transaction")
    again = [row for name in names for row in elsewhere("other", 0.5, workload=name)]
    assert sentences(*HERE, *again) == [
        "Elsewhere the verdicts are the same (list; mixed; read and 1 more)."
    ]


def test_further_settings_with_another_order_are_named_together() -> None:
    names = ("list", "mixed", "read", "transaction")
    turned = [row for name in names for row in elsewhere("other", 1.5, workload=name)]
    first, second, rest = sentences(*HERE, *turned)
    assert "elsewhere (list)" in first
    assert "elsewhere (mixed)" in second
    assert rest == "It is another one also there: read; transaction."


def test_a_setting_with_fewer_numbers_of_clients_is_told_with_those() -> None:
    home = [*HERE, *elsewhere("other", 0.5, clients=50)]
    (sentence,) = sentences(*home, *elsewhere("other", 1.3, cpus="one"))
    assert sentence.startswith(
        "The order is another one elsewhere (one core, 10 clients), against base"
    )


def test_placements_whose_turns_differ_are_held_against_each_other() -> None:
    """Turns are short on one core and long on all: the placement decides it."""
    short = {"cpus": "one", "turn": TURN["one"], "lead_in": LEAD_IN["one"], "duration": 0.585}
    (sentence,) = sentences(*HERE, *elsewhere("other", 0.5, **short))
    assert sentence == "Elsewhere the verdicts are the same (all cores)."


def test_an_order_that_turns_over_with_the_number_of_clients_is_told() -> None:
    many = elsewhere("other", 1.5, clients=50)
    (sentence,) = sentences(*HERE, *many)
    assert sentence == (
        "The order turns over: other is faster than base with 50 clients and slower with "
        "10 clients."
    )


def test_what_is_shown_elsewhere_alone_is_told_setting_by_setting() -> None:
    same = rows("other", times(1.0))
    (sentence,) = sentences(*same, *elsewhere("other", 0.4, processes=2))
    assert sentence.startswith(
        "Elsewhere a difference is shown (2 processes), against base: slower other 0.40x [0."
    )
    several = [row for count in (2, 3, 4) for row in elsewhere("other", 1.5, processes=count)]
    *two, rest = sentences(*same, *several)
    assert [it.partition("faster other")[1] for it in two] == ["faster other"] * 2
    assert rest == "One is shown also there: 4 processes."


@pytest.mark.parametrize("here", [rows("other", CALM[:2]), []])
def test_without_an_interval_at_home_nothing_is_said_of_elsewhere(here: list[Row]) -> None:
    assert sentences(*here, *elsewhere("other", 1.5, workload="read")[:8]) == []


def test_only_what_both_have_is_held_against_each_other() -> None:
    another = elsewhere("third", 2.0, workload="read")
    assert sentences(*HERE, *another) == ["Whether that holds elsewhere is not shown (read)."]
