"""Ratios and shares are paired inside the round, against the right baseline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.analysis.comparison import compare
from runner.analysis.verdict import Verdict
from runner.axes import PoolSize
from runner.report.catalogue import text
from runner.results.row import Status
from runner.results.rows import Rows
from runner.roles import CONTROL
from tests.analysis.runs import CALM, against, limit, of, rows, times


def test_the_pace_that_a_round_gives_to_both_cancels() -> None:
    pace = (1.0, 0.3, 1.0, 0.5, 1.7)
    base = [rate * factor for rate, factor in zip(CALM, pace, strict=True)]
    fast = rows("fast", [1.2 * rate for rate in base])
    report = compare(Rows([*rows("base", base), *fast]), baseline="base")
    line = of(report, "fast")
    assert (line.ratio, line.low, line.high) == pytest.approx((1.2, 1.2, 1.2))
    assert line.verdict is Verdict.FASTER


def test_a_baseline_that_fails_is_refused_with_the_sentence() -> None:
    base = [replace(row, ok=4000) for row in rows("base", CALM)]
    report = compare(Rows([*base, *rows("other", CALM), *rows(CONTROL, CALM)]), baseline="base")
    assert text(of(report, "base").words) == "not compared: 20 % of operations failed"
    reason = "the baseline base cannot be compared: 20 % of operations failed"
    assert text(of(report, "other").reason) == text(of(report, CONTROL).reason) == reason


def test_a_baseline_that_is_not_there_is_named() -> None:
    report = compare(Rows(rows("other", CALM)), baseline="base")
    assert text(of(report, "other").reason) == "the baseline base was not measured here"


def test_without_a_baseline_the_first_that_can_be_compared_is_one() -> None:
    starving = rows("first", CALM, starved_clients=1)
    others = [*rows("third", CALM), *rows("second", CALM), *rows(CONTROL, CALM)]
    order = ("first", "second", "third")
    report = compare(Rows([*starving, *others]), baseline=None, order=order)
    assert of(report, "second").verdict is Verdict.BASELINE
    assert of(report, "third").baseline == "second"
    assert text(of(report, "first").reason) == "starves 1 of 10 clients"
    assert (
        text(of(report, CONTROL).reason)
        == "the control repeats first, which is not the baseline here"
    )


def test_where_nobody_can_be_compared_everybody_has_a_reason_of_his_own() -> None:
    leaking = [*rows("a", CALM, leak=0.1), *rows("b", CALM, leak=0.1)]
    report = compare(Rows(leaking), baseline=None)
    assert {text(line.words) for line in report.lines} == {
        "not compared: clients leak: a speed means nothing"
    }


def test_nothing_gives_nothing() -> None:
    report = compare(Rows([]), baseline=None)
    assert report.lines == ()
    assert report.noise_floor is None


def test_the_lines_stand_in_the_order_of_the_plan_with_the_control_last() -> None:
    measured = [*rows(CONTROL, CALM), *rows("a", CALM), *rows("z", CALM)]
    report = compare(Rows(measured), baseline=None, order=("z", "a"))
    speeds = [line.entrant for line in report.lines if line.metric == "ops_per_s"]
    assert speeds == ["z", "a", CONTROL]


def test_the_share_of_the_limit_is_paired_inside_the_round() -> None:
    paces = [4 * rate for rate in CALM]
    report = against(*rows("other", times(2.0)), *limit(paces), *limit([1.0] * 5, cpus="one"))
    base, other = of(report, "base"), of(report, "other")
    assert (base.share_of_limit, base.share_low, base.share_high) == pytest.approx((0.25,) * 3)
    assert other.share_of_limit == pytest.approx(0.5, rel=0.01)
    assert other.share_low is not None
    assert other.share_low < 0.5 < (other.share_high or 0)
    assert of(report, "other", "total_ms_mean").share_of_limit is None


def test_a_share_of_the_limit_passes_over_rounds_that_are_not_ok() -> None:
    odd = rows("odd", CALM)
    odd[1] = replace(odd[1], status=Status.SUSPECT, ops_per_s=1e9)
    report = against(*odd, *limit([4 * rate for rate in CALM]))
    assert of(report, "odd").share_of_limit == pytest.approx(0.25)


def test_who_has_no_pool_is_held_against_the_limit_of_the_others_pools() -> None:
    paces = [4 * rate for rate in CALM]
    report = against(*rows("direct", CALM, pooled=False), *limit(paces))
    assert of(report, "direct").share_of_limit == pytest.approx(0.25)


def test_the_limit_is_not_compared_and_may_be_missing() -> None:
    elsewhere = limit([1.0] * 5, clients=50, pool_size=PoolSize(50, 50))
    report = against(*rows("other", CALM), *elsewhere)
    assert {line.entrant for line in report.lines} == {"base", "other"}
    assert of(report, "other").share_of_limit is None


def test_one_round_of_the_limit_gives_a_share_without_an_interval() -> None:
    bad = [replace(row, status=Status.FAILED) for row in limit([2000.0] * 5)[1:]]
    line = of(against(*limit([2000.0]), *bad), "base")
    assert (line.share_of_limit, line.share_low) == (0.5, None)
