"""On one core the midmean decides, with the mean beside it; elsewhere the mean alone."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from statistics import fmean
from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.comparison import compare
from runner.analysis.estimate import Estimator
from runner.analysis.verdict import Verdict
from runner.report.catalogue import text
from runner.results.row import Status
from runner.results.rows import Rows
from runner.roles import CONTROL
from tests.analysis.runs import CALM, against, of, rows, times
from tests.builders import row, turn_row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.analysis.report import Compared

    Pace = Callable[[random.Random, float], float]
    """Returns the rate of a turn; the second is the share that neighbours take of it."""

TURNS = 13
ONE: Mapping[str, Any] = {"cpus": "one"}


def steady(rate: float) -> Pace:
    return lambda draw, stolen: rate * (1 - stolen) * draw.lognormvariate(0, 0.01)


def suffering(rate: float) -> Pace:
    """Lose half as much again as the others when neighbours take something."""
    return lambda draw, stolen: rate * (1 - 1.5 * stolen) * draw.lognormvariate(0, 0.01)


def torn(rate: float) -> Pace:
    """Have two paces, a factor of two apart, the fast one in a quarter of the turns."""
    return lambda draw, stolen: rate * (1 - stolen) / (1 if draw.random() < 0.25 else 2)


def run(paces: Mapping[str, Pace], rounds: int = 8, turns: int = TURNS, **changes: Any) -> Rows:
    """Simulate a run; in three of ten cycles neighbours take up to half of everything."""
    draw = random.Random(7)
    measured, lines = [], []
    for number in range(1, rounds + 1):
        stolen = [draw.uniform(0.2, 0.5) * (draw.random() < 0.3) for _ in range(turns)]
        for contender, pace in paces.items():
            rates = [pace(draw, share) for share in stolen]
            where = {"round": number, **ONE, **changes}
            whole = row(contender, ops_per_s=fmean(rates), **where)
            whole = replace(whole, client_cpu_us_per_op=1e6 / fmean(rates))
            measured.append(whole)
            lines += [
                turn_row(whole, turn=turn, ops_per_s=rate, seconds=0.045, client_cpu_ms=45.0)
                for turn, rate in enumerate(rates, 1)
            ]
    return Rows(measured, lines)


def line(rows: Rows, metric: str = "ops_per_s", contender: str = "other") -> Compared:
    lines = compare(rows, baseline="base").lines
    (line,) = (it for it in lines if (it.entrant, it.metric) == (contender, metric))
    return line


def test_on_one_core_the_midmean_decides_and_the_mean_stands_beside_it() -> None:
    other = line(run({"base": steady(1000), "other": steady(1100), CONTROL: steady(1000)}))
    assert other.estimator is Estimator.MIDMEAN
    assert other.ratio == pytest.approx(1.1, rel=0.01)
    assert other.mean_ratio == pytest.approx(1.1, rel=0.02)
    assert other.mean_low is not None
    assert other.verdict is Verdict.FASTER
    assert other.disturbance is None
    control = line(run({"base": steady(1000), CONTROL: steady(1000)}), contender=CONTROL)
    assert (control.estimator, control.verdict) == (Estimator.MIDMEAN, Verdict.CONTROL)


def test_operations_per_second_of_client_cpu_have_the_same_two_estimators() -> None:
    cost = line(run({"base": steady(1000), "other": steady(1100)}), "ops_per_cpu_s")
    assert (cost.estimator, cost.verdict) == (Estimator.MIDMEAN, Verdict.CHEAPER)
    assert cost.mean_ratio is not None


@pytest.mark.parametrize(
    "rows",
    [
        run({"base": steady(1000), "other": steady(1100)}, cpus="all"),
        run({"base": steady(1000), "other": steady(1100)}, rounds=4, turns=4),
    ],
    ids=["on all cores", "16 turns"],
)
def test_without_shared_noise_or_enough_turns_the_mean_stands_alone(rows: Rows) -> None:
    other = line(rows)
    assert other.estimator is Estimator.MEAN
    assert other.ratio == pytest.approx(1.1, rel=0.02)
    assert (other.mean_ratio, other.disturbed) == (None, None)


def test_who_suffers_more_is_undecided_where_the_estimators_disagree() -> None:
    """Equal on a quiet machine, slower on this one: the words say why there is none."""
    other = line(run({"base": steady(1000), "other": suffering(1000), CONTROL: steady(1000)}))
    assert other.verdict is Verdict.UNDECIDED
    assert other.disturbed_high is not None
    assert other.disturbed_high < 1
    assert text(other.disturbance) == "other suffers more than base when it is disturbed"
    assert text(other.words).startswith("0.9")
    assert text(other.reason) == (
        "other suffers more than base when it is disturbed: no difference shown by the midmean, "
        "slower by the mean"
    )


def test_who_suffers_less_is_said_to() -> None:
    other = line(run({"base": suffering(1000), "other": steady(1000), CONTROL: suffering(1000)}))
    assert text(other.disturbance) == "other suffers less than base when it is disturbed"


def test_a_verdict_that_both_estimators_give_stays_with_the_caution() -> None:
    other = line(run({"base": steady(1000), "other": suffering(500), CONTROL: steady(1000)}))
    assert other.verdict is Verdict.SLOWER
    assert other.reason is None
    assert text(other.disturbance) == "other suffers more than base when it is disturbed"


def test_two_paces_of_an_adapter_are_seen_as_what_they_mostly_come_to() -> None:
    """The fast quarter of its turns does not make it faster; both estimators are named."""
    other = line(run({"base": steady(1000), "other": torn(1600)}))
    assert other.estimator is Estimator.MIDMEAN
    assert other.ratio == pytest.approx(0.8, abs=0.05)
    assert (other.mean_ratio or 0) > (other.ratio or 2)


def test_the_control_counts_for_the_baseline() -> None:
    """In the rounds that have it, by the mean of the logarithms; its own line is against it."""
    noise = (1.2, 0.9, 1.05, 0.95, 1.0)
    control = rows(CONTROL, times(1.0, noise))
    report = against(*rows("other", CALM), *control[:4])
    expected = math.exp(fmean([-math.log(it) / 2 for it in noise[:4]] + [0.0]))
    assert of(report, "other").ratio == pytest.approx(expected)
    assert of(report, CONTROL).ratio == pytest.approx(math.exp(fmean(map(math.log, noise[:4]))))


def test_a_control_that_cannot_be_compared_does_not_count_for_the_baseline() -> None:
    control = rows(CONTROL, times(1.2))
    control[0] = replace(control[0], status=Status.HUNG)
    assert of(against(*rows("other", CALM), *control), "other").ratio == pytest.approx(1.0)
