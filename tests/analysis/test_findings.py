"""A run says how noisy it was, and which verdicts that puts in doubt."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pytest

from runner.analysis.comparison import compare
from runner.analysis.findings import findings
from runner.analysis.verdict import Verdict
from runner.report.catalogue import text
from runner.results.rows import Rows
from runner.roles import CONTROL
from tests.analysis.runs import CALM, ELSEWHERE, GROUP, against, of, rows, times

if TYPE_CHECKING:
    from runner.analysis.report import Report


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


def test_noise_wider_than_the_margin_says_what_cannot_be_told() -> None:
    report = against(*rows(CONTROL, times(1.0, (1.1, 0.9, 1.05, 0.95, 1.0))))
    (sentence,) = sentences(report)[1:]
    assert report.noise_floor is not None
    assert f"differences under {100 * report.noise_floor:.0f} % cannot be told" in sentence


def test_a_baseline_that_differs_from_itself_makes_its_group_untrustworthy() -> None:
    report = against(*rows(CONTROL, times(1.2)), *rows("other", times(1.15)))
    doubt, within = sentences(report)[-2:]
    assert doubt.startswith(
        f"The baseline base differs from itself by more than chance in {GROUP}: 1.20x"
    )
    assert within.endswith(f"less than the noise of the same group: other in {GROUP}.")


def test_too_few_rounds_for_an_interval_are_the_answer_s_to_say() -> None:
    few = [*rows("base", CALM[:2]), *rows("other", CALM[:2]), *rows(CONTROL, CALM[:2])]
    assert sentences(compare(Rows(few), baseline="base")) == []


def test_a_noise_floor_that_is_known_is_said_though_an_adapter_has_too_few_rounds() -> None:
    few = [*rows("base", CALM), *rows("other", CALM[:2]), *rows(CONTROL, CALM)]
    assert sentences(compare(Rows(few), baseline="base"))[0].startswith("Noise floor: base")


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
