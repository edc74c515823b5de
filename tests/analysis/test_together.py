"""What holds over all numbers of clients together, from the rows of each."""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.intervals import confidence, interval
from runner.analysis.together import mean_of_groups, together
from runner.analysis.verdict import Verdict
from runner.rate import Rate
from tests import builders
from tests.analysis.runs import CALM, against, of_size, rows, times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.analysis.report import Compared
    from runner.results.row import Row

NOISE = (1.1, 0.95, 1.02, 0.97, 1.04)
OTHER = (0.93, 1.08, 0.99, 1.05, 0.96)


def two_groups(**noise: Sequence[float]) -> list[Row]:
    """Make an adapter at twice the baseline's pace with 10 and with 20 clients."""
    at_20: dict[str, Any] = {"clients": 20}
    return [
        *rows("fast", times(2.0, noise.get("ten", NOISE))),
        *rows("base", CALM, **at_20),
        *rows("fast", times(2.0, noise.get("twenty", OTHER)), **at_20),
    ]


def lines(*others: Row, **given: Any) -> dict[str, Compared]:
    return {line.entrant: line for line in together(against(*others, **given))}


def test_a_ratio_over_all_is_the_mean_of_the_groups_in_each_round_with_students_interval() -> None:
    logs = [math.log(2) + math.log(a * b) / 2 for a, b in zip(NOISE, OTHER, strict=True)]
    known = interval(logs, confidence(1, 1))
    line = lines(*two_groups())["fast"]
    assert line.ratio == pytest.approx(math.exp(known.mean))
    assert (line.low, line.high) == pytest.approx((math.exp(known.low), math.exp(known.high)))
    assert (line.rounds, line.family, line.verdict) == (5, 1, Verdict.FASTER)
    assert line.conditions.clients is None, "of no number of clients"


def test_noise_that_groups_share_in_a_round_does_not_narrow_the_interval() -> None:
    shared = lines(*two_groups(ten=NOISE, twenty=NOISE))["fast"]
    (alone, _) = (it for it in against(*two_groups()).speeds)
    assert shared.half_width == pytest.approx(alone.half_width, rel=0.3)
    opposite = lines(*two_groups())["fast"].half_width
    assert opposite is not None
    assert shared.half_width is not None
    assert opposite < shared.half_width / 2


def test_the_baseline_has_a_line_and_no_interval() -> None:
    base = lines(*two_groups())["base"]
    assert (base.verdict, base.ratio, base.low) == (Verdict.BASELINE, 1.0, None)


def test_one_number_of_clients_has_nothing_to_put_together() -> None:
    assert lines(*rows("fast", times(2.0))) == {}


def test_an_adapter_that_fails_with_one_number_of_clients_has_no_line() -> None:
    failing = [builders.changed(row, ok=1) for row in rows("sick", times(1.0), clients=20)]
    others = [*two_groups(), *rows("sick", times(1.0)), *failing]
    assert set(lines(*others)) == {"base", "fast"}
    assert lines(*others)["fast"].family == 2, "what a run finds does not change how sure it is"


def test_a_round_that_one_group_lacks_leaves_that_group_as_it_is() -> None:
    left = [row for row in two_groups() if (row.conditions.clients, row.round) != (20, 5)]
    line = lines(*left)["fast"]
    assert line.ratio == pytest.approx(2.0, rel=0.03)


def test_a_group_of_few_rounds_makes_all_together_as_unsure_as_it_is() -> None:
    """All of the noise may be that of the few."""
    noisy, calm = [0.0, 0.1, 0.35], [0.2] * 20
    alone = interval(noisy, 0.95)
    without = [{number: fmean({*noisy} - {log}) for number, log in enumerate(noisy)}]
    whole = mean_of_groups(
        [fmean(noisy), fmean(calm)], [*without, dict(enumerate(calm))], confidence=0.95
    )
    assert whole.mean == pytest.approx(0.175)
    assert whole.high - whole.low >= (alone.high - alone.low) / 2


def test_the_rounds_of_all_together_are_those_of_the_group_that_has_the_fewest() -> None:
    few = [row for row in two_groups() if row.conditions.clients != 20 or row.round <= 3]
    assert lines(*few)["fast"].rounds == 3


def test_groups_that_differ_in_more_than_clients_are_apart() -> None:
    read = [builders.changed(row, workload="read") for row in two_groups()]
    base = [builders.changed(row, workload="read") for row in rows("base", CALM)]
    both = together(against(*two_groups(), *base, *read))
    assert [(it.conditions.workload, it.entrant) for it in both] == [
        ("insert", "base"),
        ("insert", "fast"),
        ("read", "base"),
        ("read", "fast"),
    ]


def test_what_arrives_at_a_rate_leaks_or_lies_along_another_axis_is_not_put_together() -> None:
    paced = [builders.changed(it, rate=Rate(is_share=False, number=9.0)) for it in two_groups()]
    leaking = [builders.changed(it, leak=1.0) for it in two_groups()]
    sizes = [row for size in (2, 5) for row in of_size(size, two_groups())]
    for others in (paced, leaking):
        assert lines(*others) == {}
    assert [it for it in together(against(*sizes, baseline=None)) if it.conditions.adapter] == []
