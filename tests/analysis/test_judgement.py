"""A difference is called by its name where it is neither chance nor small."""

from __future__ import annotations

import math

import pytest

from runner.analysis.comparison import reached
from runner.analysis.verdict import COMPARED, Verdict
from runner.report.catalogue import text
from runner.roles import CONTROL
from tests.analysis.runs import CALM, against, of, rows, times, uncertain


def test_a_clear_difference_is_called_by_its_name_in_every_metric() -> None:
    report = against(*rows("fast", times(1.25), client_cpu_us_per_op=80.0))
    verdicts = {line.metric: line.verdict for line in report.lines if line.entrant == "fast"}
    assert verdicts == {
        "ops_per_s": Verdict.FASTER,
        "total_ms_mean": Verdict.SHORTER,
        "total_ms_p99": Verdict.SHORTER,
        "wait_ms_p99": Verdict.SHORTER,
        "ops_per_cpu_s": Verdict.CHEAPER,
    }
    assert all(verdict.better and not verdict.worse for verdict in verdicts.values())


def test_a_clear_disadvantage_is_called_by_its_name_in_every_metric() -> None:
    report = against(*rows("slow", times(0.8), client_cpu_us_per_op=130.0))
    verdicts = {line.metric: line.verdict for line in report.lines if line.entrant == "slow"}
    assert verdicts == {
        "ops_per_s": Verdict.SLOWER,
        "total_ms_mean": Verdict.LONGER,
        "total_ms_p99": Verdict.LONGER,
        "wait_ms_p99": Verdict.LONGER,
        "ops_per_cpu_s": Verdict.DEARER,
    }
    assert all(verdict.worse and not verdict.better for verdict in verdicts.values())


def test_every_metric_says_which_way_is_better() -> None:
    better = {name: metric.better for name, metric in COMPARED.items()}
    assert {better.pop("ops_per_s"), better.pop("ops_per_cpu_s")} == {"higher"}
    assert set(better.values()) == {"lower"}


def test_the_words_hold_the_ratio_its_interval_and_the_verdict() -> None:
    line = of(against(*rows("fast", times(1.25))), "fast")
    assert text(line.words) == f"1.25x [{line.low:.2f}, {line.high:.2f}] faster"
    assert text(of(against(), "base").words) == "baseline"


def test_a_difference_within_the_margin_is_too_small_to_matter_however_sure() -> None:
    others = rows("other", times(1.02, (1.0,) * 5))
    line = of(against(*others), "other")
    assert line.p_adjusted is not None
    assert line.p_adjusted < 0.05
    assert line.verdict is Verdict.TOO_SMALL
    assert text(line.words) == "1.02x [1.02, 1.02] too small to matter"
    assert of(against(*others, margin=0.01), "other").verdict is Verdict.FASTER


def test_the_margin_is_as_wide_below_as_above() -> None:
    """1 / 1.03 is 0.971: a ratio of 0.972 is within 3 %, 0.9705 is beyond."""
    exact = (1.0,) * 5
    report = against(*rows("within", times(0.972, exact)), *rows("beyond", times(0.9705, exact)))
    assert of(report, "within").verdict is Verdict.TOO_SMALL
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


def test_what_is_sure_alone_is_not_sure_among_many() -> None:
    alone = of(against(*uncertain("a")), "a")
    assert alone.verdict is Verdict.FASTER
    assert alone.p_adjusted == alone.p
    many = of(against(*uncertain("a"), *uncertain("b"), *uncertain("c")), "a")
    assert (many.p, many.verdict) == (alone.p, Verdict.NO_DIFFERENCE)
    assert many.p_adjusted == pytest.approx(3 * (alone.p or 0))


def test_the_family_is_a_metric_over_all_groups() -> None:
    elsewhere = {"workload": "read"}
    others = [*rows("x", CALM, **elsewhere), *uncertain("a", **elsewhere)]
    report = against(*uncertain("a"), *rows("base", CALM, **elsewhere), *others)
    line = of(report, "a")
    assert line.p is not None
    assert line.family == 3
    assert line.confidence == pytest.approx(1 - 0.05 / 3)
    assert line.p_adjusted == pytest.approx(3 * line.p)


def test_what_turns_out_not_to_be_comparable_stays_in_the_family() -> None:
    """The plan fixes how sure a run is, and not what it happens to meet."""
    starving = rows("starving", times(1.1), starved_clients=3)
    leaking = rows("leaking", CALM, leak=0.1)
    report = against(*uncertain("a"), *starving, *leaking, *uncertain(CONTROL))
    assert of(report, "a").family == 2
    assert of(report, "starving").p_adjusted is None
    assert of(report, CONTROL).family == 1


def test_verdict_and_interval_agree_for_every_sureness() -> None:
    """A word is there exactly where the interval that is printed excludes 1."""
    for factor in (0.9, 0.95, 0.99, 1.0, 1.01, 1.05, 1.1, 1.2):
        for noise in ((1.0,) * 5, (1.0, 1.01, 0.99, 1.005, 0.995), (1.0, 1.1, 0.9, 1.2, 0.8)):
            line = of(against(*rows("other", times(factor, noise)), *uncertain("b")), "other")
            excluded = not (line.low or 0) <= 1 <= (line.high or 0)
            assert excluded is (line.verdict is not Verdict.NO_DIFFERENCE)
            assert excluded is ((line.p_adjusted or 0) < 0.05)


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
