"""A run says how noisy it was, and whether the cores change the order, and no more."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.analysis.comparison import compare
from runner.analysis.findings import findings
from runner.analysis.intervals import rounds_needed
from runner.analysis.verdict import Verdict
from runner.plan.turn_timing import LEAD_IN, TURN
from runner.report.catalogue import text
from runner.results.row import Row, Status
from runner.results.rows import Rows
from runner.roles import CONTROL
from tests.analysis.runs import CALM, ELSEWHERE, GROUP, against, of, rows, times
from tests.builders import changed

if TYPE_CHECKING:
    from runner.analysis.report import Report

NONE = "no difference that matters is shown"


def sentences(report: Report) -> list[str]:
    return [text(finding) for finding in findings(report)]


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


def on(cpus: str, factor: float, clients: int = 10) -> list[Row]:
    where = {"cpus": cpus, "clients": clients, "turn": TURN[cpus], "lead_in": LEAD_IN[cpus]}
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
        (
            1.2,
            1.0,
            f"other is faster than base on all cores; on one {NONE}",
        ),
        (
            1.0,
            0.7,
            f"other is slower than base on one core; on all {NONE}",
        ),
        (
            1.0,
            1.0,
            f"Between other and base {NONE}, on all cores or on one",
        ),
    ],
)
def test_an_order_over_the_cores_is_claimed_as_far_as_the_verdicts_go(
    every: float, one: float, sentence: str
) -> None:
    report = compare(Rows([*on("all", every), *on("one", one)]), baseline="base")
    assert sentences(report)[1:] == [f"{sentence} ({GROUP})."]


def test_placements_whose_turns_differ_are_held_against_each_other() -> None:
    """Turns are short on one core and long on all: the placement decides it."""
    short = [changed(it, turn=0.06, lead_in=0.015, duration=0.585) for it in on("one", 1.2)]
    report = compare(Rows([*on("all", 0.8), *short]), baseline="base")
    assert sentences(report)[1].startswith("other is slower than base on all cores and faster on")


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
