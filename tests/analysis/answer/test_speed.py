"""Rule 2: of those that serve everybody the fastest is named, as surely as it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.answer.ranking import ranking
from runner.analysis.answer.speed import speed
from runner.analysis.verdict import MARGIN
from runner.axes import PoolSize
from tests.analysis.runs import CALM, contradiction, elsewhere, rows, said, scope, times, undecided

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.row import Row

WIDE = (1.0, 1.4, 0.7, 1.2, 0.9)


def sentences(*others: Row, **given: Any) -> Sequence[str]:
    return said(speed(scope(*others, **given)))


def test_the_fastest_is_named_with_its_ratio_and_interval() -> None:
    fastest, rest = sentences(*rows("fast", times(1.5)), *rows("slow", times(0.5)))
    assert fastest == "Fastest, with 10 clients: fast, 1.50x base [1.48, 1.52]."
    assert rest == "Slower than base: slow 0.50x [0.49, 0.51]."


def test_a_baseline_that_nobody_beats_is_the_fastest() -> None:
    fastest, rest = sentences(*rows("slow", times(0.5)))
    assert fastest == "Fastest, with 10 clients: base (the baseline)."
    assert rest.startswith("Slower than base: slow")


def test_a_group_of_the_fastest_is_never_narrowed_beyond_what_is_shown() -> None:
    unsure = rows("unsure", times(1.2, WIDE))
    first, *_ = sentences(*unsure, *rows("slow", times(0.5)))
    assert first == "Fastest, with 10 clients: one of base, unsure."


def test_the_order_of_the_plan_decides_the_order_of_names_and_not_chance() -> None:
    for factors in ((1.01, 1.0), (1.0, 1.01)):
        two = [row for name, it in zip("ab", factors, strict=True) for row in rows(name, times(it))]
        first, *_ = sentences(*two, *rows("slow", times(0.5)))
        assert first == "Fastest, with 10 clients: one of a, b, base."


def test_where_any_may_be_the_fastest_none_is_named() -> None:
    (sentence,) = sentences(*rows("unsure", times(1.2, WIDE)))
    assert sentence == "Fastest, with 10 clients: none is shown to be, by more than 3 %."


def test_two_that_are_ahead_of_the_baseline_are_told_apart_by_intervals_that_do_not_meet() -> None:
    fastest, behind = sentences(*rows("first", times(1.6)), *rows("second", times(1.4)))
    assert fastest.endswith(": first, 1.60x base [1.58, 1.62].")
    assert behind == "Faster than base: second 1.40x [1.38, 1.42]."


def test_two_whose_intervals_meet_share_the_first_place() -> None:
    shared, behind = sentences(*rows("first", times(1.6, WIDE)), *rows("second", times(1.5)))
    assert shared.startswith("Fastest, with 10 clients: one of ")
    assert "first" in shared
    assert "second" in shared
    assert behind == "Faster than base: first 1.62x [1.07, 2.45], second 1.50x [1.48, 1.52]."


def test_a_lead_within_the_margin_is_none() -> None:
    exact = (1.0, 1.0001, 0.9999, 1.0, 1.0001)
    (sentence,) = sentences(*rows("hardly", times(1.02, exact)))
    assert sentence == "Fastest, with 10 clients: none is shown to be, by more than 3 %."
    shared, _ = sentences(*rows("hardly", times(1.02, exact)), *rows("slow", times(0.5)))
    assert shared == "Fastest, with 10 clients: one of base, hardly."


def test_numbers_of_clients_with_the_same_order_share_a_sentence() -> None:
    fastest, rest = sentences(
        *rows("fast", times(1.5)),
        *rows("slow", times(0.5)),
        *elsewhere("fast", 1.7, clients=50),
        *rows("slow", times(0.6), clients=50),
    )
    ratio = "1.60x base [1.58, 1.62], with each 1.50 to 1.70x"
    assert fastest == f"Fastest, with 10 and 50 clients together: fast, {ratio}."
    assert rest == "Slower than base: slow 0.55x [0.54, 0.55], each 0.50 to 0.60x."


def test_numbers_of_clients_with_the_same_leader_share_a_sentence_though_others_turn() -> None:
    """The third changes places, so nothing is said of all together."""
    fastest, rest, _ = sentences(
        *rows("fast", times(1.5)),
        *rows("turns", times(0.5)),
        *elsewhere("fast", 1.7, clients=50),
        *rows("turns", times(1.2), clients=50),
    )
    assert fastest == "Fastest, with 10 and 50 clients: fast, 1.50 to 1.70x base [1.48, 1.73]."
    assert rest == "Faster than base: turns 1.20x [1.18, 1.22] (50 clients)."


def test_numbers_of_clients_with_another_order_have_a_sentence_of_their_own() -> None:
    slower = elsewhere("other", 0.5, clients=50)
    first, second, rest = sentences(*rows("other", times(1.5)), *slower)
    assert first == "Fastest, with 10 clients: other, 1.50x base [1.48, 1.52]."
    assert second == "Fastest, with 50 clients: base (the baseline)."
    assert rest == "Slower than base: other 0.50x [0.49, 0.51] (50 clients)."


def test_many_orders_are_counted_after_two_sentences() -> None:
    turns = [elsewhere(f"p{number}", 1.5, clients=number) for number in (20, 30, 40)]
    sentences_ = sentences(*(row for rows_ in turns for row in rows_), *rows("p10", times(1.5)))
    assert sum(it.startswith("Fastest") for it in sentences_) == 2
    assert "Others are the fastest with 30 and 40 clients: see the tables." in sentences_


def test_who_fails_is_not_the_fastest_and_that_some_were_left_out_is_said() -> None:
    refuses = rows("raises", times(3.0), starved_clients=5)
    fastest, *_ = sentences(*refuses, *rows("fast", times(1.5)))
    assert fastest.startswith("Fastest of those that serve everyone, with 10 clients: fast,")


def test_who_has_no_interval_leaves_the_others_the_fastest_of_those_that_were_judged() -> None:
    late = rows("late", times(1.5))[:2]
    fastest, *_ = sentences(*late, *rows("fast", times(1.5)))
    assert fastest.startswith("Fastest of those that could be judged, with 10 clients: fast,")
    both = sentences(*late, *rows("fast", times(1.5)), *rows("bad", CALM, starved_clients=1))
    assert both[0].startswith("Fastest of those that serve everyone and could be judged, with")


def test_who_is_undecided_is_not_called_the_fastest() -> None:
    fast = [*rows("fast", times(1.5)), *rows("torn", times(2.0))]
    torn = undecided(scope(*fast), "torn", reason=contradiction("torn", "base"))
    (sentence,) = said(speed(torn))
    assert sentence.startswith("Fastest of those that could be judged, with 10 clients: fast,")


def test_without_a_second_adapter_nobody_is_the_fastest() -> None:
    assert sentences() == []
    assert sentences(*rows("raises", times(2.0), starved_clients=5)) == []


def test_hundreds_of_adapters_are_folded() -> None:
    many = [row for number in range(200) for row in rows(f"p{number}", times(0.5))]
    fastest, rest = sentences(*many)
    assert fastest == "Fastest, with 10 clients: base (the baseline)."
    assert rest.startswith("Slower than base: p0 0.50x [")
    assert rest.endswith("and 197 more.")


def test_groups_with_different_baselines_are_not_mixed() -> None:
    """Without a baseline in the plan each group takes the first adapter that can be one."""
    where = {"clients": 50}
    lame = rows("base", CALM, starved_clients=1, **where)
    second = [*rows("other", times(1.5), **where), *rows("third", times(0.5), **where)]
    first = [*rows("other", times(1.5)), *rows("third", times(0.5))]
    found = sentences(*first, *lame, *second, baseline=None, order=["base", "other", "third"])
    assert "Slower than base: third 0.50x [0.49, 0.51] (10 clients)." in found
    assert any(it.startswith("Slower than other: third 0.33x") for it in found)


@pytest.mark.parametrize("size", [5, 10])
def test_the_setting_with_the_most_rounds_is_the_one_that_is_told_of(size: int) -> None:
    where = {"pool_size": PoolSize(size, size), "cpus": "one"}
    more = [row for number in (10, 20) for row in elsewhere("other", 0.5, clients=number, **where)]
    first, _ = sentences(*rows("other", times(1.5)), *more)
    assert first == "Fastest, with 10 and 20 clients: base (the baseline)."


def test_of_settings_with_as_many_rounds_that_on_one_core_is_told_of() -> None:
    first, _ = sentences(*rows("other", times(1.5)), *elsewhere("other", 0.5, cpus="one"))
    assert first == "Fastest, with 10 clients: base (the baseline)."


def test_leaders_are_those_that_no_other_is_ahead_of() -> None:
    unsure = rows("unsure", times(1.2, WIDE))
    standing = scope(*unsure, *rows("slow", times(0.5))).home[0]
    leaders = ranking(standing, MARGIN).leaders
    assert [line.entrant for line in leaders] == ["base", "unsure"]
