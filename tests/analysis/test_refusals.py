"""A row that cannot be compared gets a reason instead of a ratio."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from runner.analysis.comparison import compare, reached
from runner.analysis.findings import findings
from runner.analysis.verdict import Verdict
from runner.messages import said
from runner.report.catalogue import text
from runner.results.row import Status
from runner.results.rows import Rows
from tests.analysis.runs import CALM, against, limit, of, row, rows, times
from tests.builders import changed


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"ok": 0, "ops_per_s": 0.0, "operations": 0}, "no success in round 1"),
        ({"ok": None, "operations": None, "ops_per_s": None}, "no success in round 1"),
        ({"status": Status.SUSPECT, "reason": said("r")}, "suspect in round 1: r"),
        ({"status": Status.HUNG, "reason": said("r")}, "hung in round 1: r"),
        ({"leak": 0.01}, "clients leak: a speed means nothing"),
        ({"ops_per_s": None}, "no rate was measured in round 1"),
        ({"ops_per_s": 0.0}, "operations per second is 0 in round 1: there is no ratio"),
    ],
)
def test_what_cannot_be_compared_gets_a_sentence(given: dict[str, Any], sentence: str) -> None:
    odd = [changed(row, **given) for row in rows("odd", times(0.17))]
    line = of(against(*odd), "odd", group=odd[0].cell.group)
    assert line.verdict is Verdict.NOT_COMPARED
    assert text(line.reason) == sentence
    assert text(line.words) == f"not compared: {sentence}"
    assert (line.ratio, line.low, line.p, line.p_adjusted) == (None, None, None, None)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"starved_clients": 4}, "starves 4 of 10 clients"),
        ({"ok": 850}, "83 % of operations failed"),
        ({"ok": 4940}, "1.2 % of operations failed"),
    ],
)
def test_what_is_not_compared_still_shows_its_ratio_beside_the_reason(
    given: dict[str, Any], sentence: str
) -> None:
    """The ratio has no interval, so nothing is claimed; the share of the limit is there too."""
    odd = [changed(row, **given) for row in rows("odd", times(0.17))]
    line = of(against(*odd, *limit([4 * rate for rate in CALM])), "odd")
    assert line.verdict is Verdict.NOT_COMPARED
    assert text(line.words) == f"0.17x, not compared: {sentence}"
    assert (line.low, line.p, line.p_adjusted) == (None, None, None)
    assert line.share_of_limit == pytest.approx(0.17 / 4, rel=0.01)


def test_a_file_keeps_the_id_and_the_facts_of_a_reason() -> None:
    starving = against(*rows("odd", times(1.5), starved_clients=4))
    line = of(starving, "odd").columns()
    assert (line["reason"], line["reason_facts"]) == (
        "refused.starves",
        '{"starved": 4, "clients": 10}',
    )
    base = of(starving, "base").columns()
    assert (base["reason"], base["reason_facts"]) == ("", "")
    assert "words" not in line


def test_one_bad_round_is_enough() -> None:
    others = rows("odd", times(1.5))
    others[2] = replace(others[2], ok=0, ops_per_s=0.0, operations=0)
    assert text(of(against(*others), "odd").reason) == "no success in round 3"
    others[2] = replace(others[2], starved_clients=7, ok=5000, ops_per_s=1.0, operations=5000)
    others[4] = replace(others[4], starved_clients=2)
    assert text(of(against(*others), "odd").reason) == "starves 7 of 10 clients in 2 of 5 rounds"


def test_a_few_failures_are_no_reason_when_all_rounds_are_taken_together() -> None:
    others = rows("other", times(1.5))
    others[0] = replace(others[0], ok=4800)
    assert of(against(*others), "other").verdict is Verdict.FASTER


def test_a_percentile_is_compared_over_the_rounds_that_have_it() -> None:
    """Three such rounds are enough for a word; fewer have the ratio alone, none the reason."""
    others = rows("other", times(1.5))
    several: list[str] = []
    for empty in (1, 3, 5):
        kept = [replace(row, total_ms_p99=None) for row in others[:empty]] + others[empty:]
        report = against(*kept)
        several.append(text(of(report, "other", "total_ms_p99").words))
        assert of(report, "other").verdict is Verdict.FASTER
    assert re.fullmatch(r"0\.67x \[0\.66, 0\.68\] shorter", several[0])
    assert several[1:] == [
        "0.67x, not compared: 2 rounds, 3 are needed",
        "not compared: too few samples for a p99 in round 1",
    ]


def test_a_wait_is_compared_only_where_clients_wait_for_each_other() -> None:
    everyone = {"clients": 5}
    calm = [*rows("base", CALM, **everyone), *rows("other", CALM, **everyone)]
    report = compare(Rows(calm), baseline="base")
    assert "wait_ms_p99" not in {line.metric for line in report.lines}


def test_what_has_no_pool_has_no_wait_for_it() -> None:
    report = against(*rows("noop", times(2.0), pooled=False))
    assert text(of(report, "noop", "wait_ms_p99").reason) == "it has no pool to wait for"
    assert of(report, "noop").verdict is Verdict.FASTER


@pytest.mark.parametrize(
    ("rounds", "words"), [(1, "1 round, 3 are needed"), (2, "2 rounds, 3 are needed")]
)
def test_fewer_than_three_rounds_give_a_ratio_without_interval_or_verdict(
    rounds: int, words: str
) -> None:
    measured = [
        row(name, number, rate)
        for number in range(1, rounds + 1)
        for name, rate in (("base", 1000), ("other", 1500))
    ]
    report = compare(Rows(measured), baseline="base")
    line = of(report, "other")
    assert text(line.words) == f"1.50x, not compared: {words}"
    assert (line.verdict, line.rounds, line.low) == (Verdict.NOT_COMPARED, rounds, None)
    assert findings(report) == []
    assert reached(report) is None


def test_rounds_that_the_two_do_not_share_are_left_out() -> None:
    report = against(*rows("other", times(1.2))[:3], row("late", 9, 1000))
    assert of(report, "other").rounds == 3
    assert text(of(report, "late").reason) == "no round in common with the baseline base"


def test_a_group_that_was_interrupted_is_compared_within_the_session_that_is_whole() -> None:
    half = replace(row("other", 1, 1.0), session=1)
    whole = [replace(row, session=2) for row in [*rows("base", CALM), *rows("other", CALM)]]
    assert of(compare(Rows([*whole, half]), baseline="base"), "other").ratio == pytest.approx(1.0)
