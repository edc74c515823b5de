"""Who may be called faster, by how much, and what is said where nothing can be."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.comparison import compare, reached
from runner.analysis.findings import findings
from runner.analysis.intervals import holm, interval, next_look, quantile, rounds_needed
from runner.analysis.verdict import METRICS, Verdict
from runner.axes import PoolSize
from runner.messages import said
from runner.report.catalogue import text
from runner.results.row import Row, Status
from runner.results.rows import Rows
from runner.roles import CONTROL, LIMIT
from tests import builders
from tests.builders import changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.analysis.report import Compared, Report

CALM = (1000.0, 1010.0, 990.0, 1005.0, 995.0)
"""A baseline over five rounds."""
T_95_DF_4 = 2.776
"""From the printed tables of Student's t: 95 %, two-sided, 4 degrees of freedom."""


GROUP, ELSEWHERE = "insert-c10-p5", "read-c10-p5"
"""The group that rows are of, and that of those of the workload `read`."""


def row(contender: str, number: int, rate: float, **changes: Any) -> Row:
    """Make a row in which every metric follows from the rate."""
    clients = changes.get("clients", 10)
    follows = {
        "round": number,
        "ops_per_s": rate,
        "total_ms_mean": 1000 * clients / rate,
        "total_ms_p99": 5000 * clients / rate,
        "wait_ms_p99": 2000 * clients / rate,
        "client_cpu_us_per_op": 100.0,
    }
    return builders.row(contender, **{**follows, **changes})


def rows(contender: str, rates: Sequence[float], **changes: Any) -> list[Row]:
    return [row(contender, number, rate, **changes) for number, rate in enumerate(rates, 1)]


def times(factor: float, noise: Sequence[float] = (1.0, 1.01, 0.99, 1.005, 0.995)) -> list[float]:
    return [rate * factor * off for rate, off in zip(CALM, noise, strict=True)]


def of(report: Report, contender: str, metric: str = "ops_per_s", group: str = GROUP) -> Compared:
    (found,) = (
        line
        for line in report.lines
        if (line.contender, line.metric, line.group) == (contender, metric, group)
    )
    return found


def sentences(report: Report) -> list[str]:
    return [text(finding) for finding in findings(report)]


def against(*others: Row, **given: Any) -> Report:
    """Compare with the calm baseline `base`."""
    return compare(Rows([*rows("base", CALM), *others]), **{"baseline": "base", **given})


# ---- the interval


def test_the_interval_is_students_over_the_rounds() -> None:
    logs = [0.1, 0.2, 0.15, 0.05, 0.25]
    found = interval(logs, 0.95)
    reach = T_95_DF_4 * stdev(logs) / math.sqrt(5)
    assert found.mean == pytest.approx(mean(logs))
    assert (found.low, found.high) == pytest.approx((0.15 - reach, 0.15 + reach), rel=1e-3)


def test_p_is_the_chance_at_which_the_interval_touches_zero() -> None:
    logs = [0.1, 0.2, 0.15, 0.05, 0.25]
    touching = interval(logs, 1 - interval(logs, 0.95).p)
    assert touching.low == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("value", "p"), [(0.0, 1.0), (0.25, 0.0), (-0.25, 0.0)])
def test_values_that_are_all_the_same_leave_no_doubt(value: float, p: float) -> None:
    found = interval([value] * 4, 0.95)
    assert (found.mean, found.low, found.high, found.p) == (value, value, value, p)


def test_the_pace_that_a_round_gives_to_both_cancels() -> None:
    pace = (1.0, 0.3, 1.0, 0.5, 1.7)
    base = [rate * factor for rate, factor in zip(CALM, pace, strict=True)]
    fast = rows("fast", [1.2 * rate for rate in base])
    report = compare(Rows([*rows("base", base), *fast]), baseline="base")
    line = of(report, "fast")
    assert (line.ratio, line.low, line.high) == pytest.approx((1.2, 1.2, 1.2))
    assert line.verdict is Verdict.FASTER


# ---- verdicts


def test_a_clear_difference_is_called_by_its_name_in_every_metric() -> None:
    report = against(*rows("fast", times(1.25), client_cpu_us_per_op=80.0))
    verdicts = {line.metric: line.verdict for line in report.lines if line.contender == "fast"}
    assert verdicts == {
        "ops_per_s": Verdict.FASTER,
        "total_ms_mean": Verdict.SHORTER,
        "total_ms_p99": Verdict.SHORTER,
        "wait_ms_p99": Verdict.SHORTER,
        "client_cpu_us_per_op": Verdict.CHEAPER,
    }
    assert all(verdict.better and not verdict.worse for verdict in verdicts.values())


def test_a_clear_disadvantage_is_called_by_its_name_in_every_metric() -> None:
    report = against(*rows("slow", times(0.8), client_cpu_us_per_op=130.0))
    verdicts = {line.metric: line.verdict for line in report.lines if line.contender == "slow"}
    assert verdicts == {
        "ops_per_s": Verdict.SLOWER,
        "total_ms_mean": Verdict.LONGER,
        "total_ms_p99": Verdict.LONGER,
        "wait_ms_p99": Verdict.LONGER,
        "client_cpu_us_per_op": Verdict.DEARER,
    }
    assert all(verdict.worse and not verdict.better for verdict in verdicts.values())


def test_every_metric_says_which_way_is_better() -> None:
    better = {name: metric.better for name, metric in METRICS.items()}
    assert better.pop("ops_per_s") == "higher"
    assert set(better.values()) == {"lower"}


def test_the_words_hold_the_ratio_its_interval_and_the_verdict() -> None:
    line = of(against(*rows("fast", times(1.25))), "fast")
    assert text(line.words) == f"1.25x [{line.low:.2f}, {line.high:.2f}] faster"
    assert text(of(against(), "base").words) == "baseline"


def test_a_difference_within_the_margin_is_not_shown_however_sure() -> None:
    others = rows("other", times(1.02, (1.0,) * 5))
    line = of(against(*others), "other")
    assert line.p_adjusted is not None
    assert line.p_adjusted < 0.05
    assert line.verdict is Verdict.NO_DIFFERENCE
    assert text(line.words).endswith("no difference shown")
    assert of(against(*others, margin=0.01), "other").verdict is Verdict.FASTER


def test_the_margin_is_as_wide_below_as_above() -> None:
    """1 / 1.03 is 0.971: a ratio of 0.972 is within 3 %, 0.9705 is beyond."""
    exact = (1.0,) * 5
    report = against(*rows("within", times(0.972, exact)), *rows("beyond", times(0.9705, exact)))
    assert of(report, "within").verdict is Verdict.NO_DIFFERENCE
    assert of(report, "beyond").verdict is Verdict.SLOWER


def test_a_large_difference_that_may_be_chance_is_not_shown() -> None:
    line = of(against(*rows("other", times(1.3, (2.0, 0.5, 1.5, 0.6, 1.1)))), "other")
    assert line.p is not None
    assert line.p > 0.05
    assert line.verdict is Verdict.NO_DIFFERENCE


def test_identical_values_are_no_difference_and_never_nan() -> None:
    line = of(against(*rows("same", CALM)), "same")
    assert (line.ratio, line.low, line.high, line.p) == (1.0, 1.0, 1.0, 1.0)
    assert text(line.words) == "1.00x [1.00, 1.00] no difference shown"


# ---- Holm


def test_holm_steps_down_and_never_falls_back() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def uncertain(contender: str, **changes: Any) -> list[Row]:
    """Make an adapter that is faster with a p between 0.02 and 0.04 when it stands alone."""
    return rows(contender, times(1.1, (1.0, 1.12, 0.97, 1.15, 0.96)), **changes)


def test_what_is_sure_alone_is_not_sure_among_many() -> None:
    alone = of(against(*uncertain("a")), "a")
    assert alone.verdict is Verdict.FASTER
    assert alone.p_adjusted == alone.p
    many = against(*uncertain("a"), *uncertain("b"), *uncertain("c"))
    assert of(many, "a").p == alone.p
    assert of(many, "a").verdict is Verdict.NO_DIFFERENCE


def test_the_family_is_a_metric_over_all_groups() -> None:
    elsewhere = {"workload": "read"}
    others = [*rows("x", CALM, **elsewhere), *uncertain("a", **elsewhere)]
    report = against(*uncertain("a"), *rows("base", CALM, **elsewhere), *others)
    line = of(report, "a")
    assert line.p is not None
    assert line.p_adjusted == pytest.approx(3 * line.p)


def test_the_control_and_what_is_not_compared_are_not_of_the_family() -> None:
    starving = rows("starving", times(1.1), starved_clients=3)
    report = against(*uncertain("a"), *starving, *uncertain(CONTROL))
    assert of(report, "a").p_adjusted == of(report, "a").p
    assert of(report, "starving").p_adjusted is None


# ---- not compared


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"starved_clients": 4}, "starves 4 of 10 clients"),
        ({"ok": 850}, "83 % of operations failed"),
        ({"ok": 4940}, "1.2 % of operations failed"),
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


def test_an_empty_percentile_is_no_reason_to_be_silent_about_the_rest() -> None:
    others = rows("other", times(1.5))
    others[3] = replace(others[3], total_ms_p99=None)
    report = against(*others)
    line = of(report, "other", "total_ms_p99")
    assert text(line.words) == "not compared: too few samples for a p99 in round 4"
    assert of(report, "other").verdict is Verdict.FASTER


def test_a_wait_is_compared_only_where_clients_wait_for_each_other() -> None:
    everyone = {"clients": 5}
    calm = [*rows("base", CALM, **everyone), *rows("other", CALM, **everyone)]
    report = compare(Rows(calm), baseline="base")
    assert "wait_ms_p99" not in {line.metric for line in report.lines}


def test_what_has_no_pool_has_no_wait_for_it() -> None:
    report = against(*rows("noop", times(2.0), pooled=False))
    assert text(of(report, "noop", "wait_ms_p99").reason) == "it has no pool to wait for"
    assert of(report, "noop").verdict is Verdict.FASTER


def test_one_round_gives_a_ratio_without_interval_or_verdict() -> None:
    report = compare(Rows([row("base", 1, 1000), row("other", 1, 1500)]), baseline="base")
    line = of(report, "other")
    assert text(line.words) == "1.50x, not compared: one round only: no interval"
    assert (line.verdict, line.rounds, line.low) == (Verdict.NOT_COMPARED, 1, None)
    assert sentences(report) == [
        "One round only: there are no intervals, and nobody is called faster or slower."
    ]
    assert reached(report) is None


def test_rounds_that_the_two_do_not_share_are_left_out() -> None:
    report = against(*rows("other", times(1.2))[:3], row("late", 9, 1000))
    assert of(report, "other").rounds == 3
    assert text(of(report, "late").reason) == "no round in common with the baseline base"


def test_a_group_that_was_interrupted_is_compared_within_the_session_that_is_whole() -> None:
    half = replace(row("other", 1, 1.0), session=1)
    whole = [replace(row, session=2) for row in [*rows("base", CALM), *rows("other", CALM)]]
    assert of(compare(Rows([*whole, half]), baseline="base"), "other").ratio == pytest.approx(1.0)


# ---- the baseline


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
    report = compare(Rows([*starving, *others]), baseline=None, adapters=order)
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
    report = compare(Rows(measured), baseline=None, adapters=("z", "a"))
    speeds = [line.contender for line in report.lines if line.metric == "ops_per_s"]
    assert speeds == ["z", "a", CONTROL]


# ---- the noise


def test_the_control_is_the_noise_floor_and_gets_no_verdict() -> None:
    report = against(*rows(CONTROL, times(1.0)), margin=0.5)
    line = of(report, CONTROL)
    assert line.verdict is Verdict.CONTROL
    assert text(line.words).endswith("] control")
    assert line.high is not None
    assert report.noise_floor == pytest.approx(line.high - 1, rel=0.01)
    first, second = sentences(report)
    assert first.startswith("Noise floor: base against itself came out at 1.00x [0.99, 1.01].")
    assert second == "The noise floor lies within the margin of 50 %."


def test_noise_wider_than_the_margin_says_what_cannot_be_told_and_what_it_would_take() -> None:
    noisy = rows(CONTROL, times(1.0, (1.1, 0.9, 1.05, 0.95, 1.0)))
    report = against(*noisy)
    sentence, rounds_sentence = sentences(report)[1:3]
    assert report.noise_floor is not None
    assert f"differences under {100 * report.noise_floor:.0f} % cannot be told" in sentence
    width = of(report, CONTROL).half_width
    assert width is not None
    needed = rounds_needed(width, 5, 0.95, math.log(1.03))
    assert f"would take about {needed} rounds" in rounds_sentence


def test_the_rounds_needed_are_those_that_narrow_the_interval_to_the_goal() -> None:
    def width(rounds: int) -> float:
        return quantile(rounds - 1, 0.95) * 0.1 / math.sqrt(rounds)

    needed = rounds_needed(width(5), 5, 0.95, 0.03)
    assert width(needed) <= 0.03 < width(needed - 1)


def test_a_baseline_that_differs_from_itself_makes_its_group_untrustworthy() -> None:
    report = against(*rows(CONTROL, times(1.2)), *rows("other", times(1.15)))
    doubt, within = sentences(report)[-2:]
    assert doubt.startswith(
        f"The baseline base differs from itself by more than chance in {GROUP}: 1.20x"
    )
    assert within.endswith(f"less than the noise of the same group: other in {GROUP}.")


def test_rounds_do_not_help_against_a_floor_that_is_off_and_not_wide() -> None:
    report = against(*rows(CONTROL, times(1.2, (1.0, 1.001, 0.999, 1.001, 0.999))))
    assert sentences(report)[1].endswith("cannot be told from noise here.")


def test_without_a_control_the_noise_is_not_known() -> None:
    assert sentences(against(*rows("other", CALM))) == [
        "The noise floor of this run is not known: there is no control."
    ]


def test_over_several_groups_the_widest_noise_counts() -> None:
    quiet = [*rows("base", CALM, workload="read"), *rows(CONTROL, CALM, workload="read")]
    report = against(*rows(CONTROL, times(1.0)), *quiet)
    widest = of(report, CONTROL)
    assert report.noise_floor == pytest.approx(math.expm1(widest.reach))
    assert "over 2 groups" in sentences(report)[0]
    assert f"({GROUP})" in sentences(report)[0]


def test_the_quietest_group_is_named_beside_the_noisiest() -> None:
    quiet = [*rows("base", CALM, workload="read"), *rows(CONTROL, CALM, workload="read")]
    noisy = rows(CONTROL, times(1.0, (0.8, 1.2, 1.0, 0.9, 1.1)))
    (sentence,) = [it for it in sentences(against(*noisy, *quiet)) if "wider" in it]
    assert re.search(
        r"under \d+ % cannot be told from noise there, under 0 % in the quietest", sentence
    )
    assert f"({ELSEWHERE})" in sentence


# ---- the limit


def limit(rates: Sequence[float], **changes: Any) -> list[Row]:
    return rows(LIMIT, rates, **{"clients": 5, **changes})


def test_the_share_of_the_limit_is_paired_inside_the_round() -> None:
    paces = [4 * rate for rate in CALM]
    report = against(*rows("other", times(2.0)), *limit(paces), *limit([1.0] * 5, cpus="one"))
    base, other = of(report, "base"), of(report, "other")
    assert (base.share_of_limit, base.share_low, base.share_high) == pytest.approx((0.25,) * 3)
    assert other.share_of_limit == pytest.approx(0.5, rel=0.01)
    assert other.share_low is not None
    assert other.share_low < 0.5 < (other.share_high or 0)
    assert of(report, "other", "total_ms_mean").share_of_limit is None


def test_who_has_no_pool_is_held_against_the_limit_of_the_others_pools() -> None:
    paces = [4 * rate for rate in CALM]
    report = against(*rows("direct", CALM, pooled=False), *limit(paces))
    assert of(report, "direct").share_of_limit == pytest.approx(0.25)


def test_the_limit_is_not_compared_and_may_be_missing() -> None:
    elsewhere = limit([1.0] * 5, clients=50, pool_size=PoolSize(50, 50))
    report = against(*rows("other", CALM), *elsewhere)
    assert {line.contender for line in report.lines} == {"base", "other"}
    assert of(report, "other").share_of_limit is None


def test_one_round_of_the_limit_gives_a_share_without_an_interval() -> None:
    bad = [replace(row, status=Status.FAILED) for row in limit([2000.0] * 5)[1:]]
    line = of(against(*limit([2000.0]), *bad), "base")
    assert (line.share_of_limit, line.share_low) == (0.5, None)


# ---- looks


def test_the_looks_are_fixed_beforehand() -> None:
    assert [next_look(done) for done in (0, 4, 5, 10, 39, 40, 41)] == [5, 5, 10, 20, 40, None, None]


def test_whoever_looks_four_times_pays_for_it_in_interval_and_p() -> None:
    once, four = (of(against(*uncertain("a"), looks=looks), "a") for looks in (1, 4))
    assert once.p is not None
    assert (once.confidence, four.confidence) == (0.95, 0.9875)
    assert (four.half_width or 0) > (once.half_width or 1)
    assert four.p_adjusted == pytest.approx(4 * once.p)
    assert (once.verdict, four.verdict) == (Verdict.FASTER, Verdict.NO_DIFFERENCE)


def test_the_precision_reached_is_that_of_the_widest_interval_without_the_control() -> None:
    noisy = rows(CONTROL, times(1.0, (1.3, 0.7, 1.2, 0.8, 1.0)))
    report = against(*rows("a", times(2.0)), *rows("b", CALM), *noisy)
    assert reached(report) == pytest.approx(math.expm1(of(report, "a").half_width or 0))


# ---- one core and all


def on(cpus: str, factor: float, clients: int = 10) -> list[Row]:
    where = {"cpus": cpus, "clients": clients}
    return [*rows("base", CALM, **where), *rows("other", times(factor), **where)]


@pytest.mark.parametrize(
    ("every", "one", "sentence"),
    [
        (
            0.8,
            1.2,
            "other is slower than base on all cores and faster on one: the order turns over",
        ),
        (1.2, 1.3, "other is faster than base on all cores and on one"),
        (1.2, 1.0, "other is faster than base on all cores; on one no difference is shown"),
        (1.0, 0.7, "other is slower than base on one core; on all no difference is shown"),
        (1.0, 1.0, "Between other and base no difference is shown, on all cores or on one"),
    ],
)
def test_an_order_over_the_cores_is_claimed_as_far_as_the_verdicts_go(
    every: float, one: float, sentence: str
) -> None:
    report = compare(Rows([*on("all", every), *on("one", one)]), baseline="base")
    assert sentences(report)[1:] == [f"{sentence} ({GROUP})."]


def test_settings_of_which_the_same_is_to_be_said_share_a_sentence() -> None:
    measured = [
        row
        for clients in (6, 7, 8, 9)
        for row in (*on("all", 0.8, clients), *on("one", 1.2, clients))
    ]
    (sentence,) = sentences(compare(Rows(measured), baseline="base"))[1:]
    assert sentence.endswith("(insert-c6-p5, insert-c7-p5, insert-c8-p5 and 1 more).")


def test_nothing_is_said_of_an_order_where_one_side_cannot_be_compared() -> None:
    hung = [replace(row, status=Status.HUNG) for row in on("one", 1.2)]
    measured = Rows([*on("all", 0.8), *hung])
    assert len(sentences(compare(measured, baseline="base"))) == 1
