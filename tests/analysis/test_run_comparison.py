"""What may be said of two runs, and what makes a job of CI fail."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.change import ABSOLUTE, Change, RunComparison
from runner.analysis.comparison import ONE_ROUND
from runner.analysis.environments import differences
from runner.analysis.fail_if import parse
from runner.analysis.intervals import welch
from runner.analysis.run_comparison import compare_runs
from runner.analysis.verdict import Verdict
from runner.config.complaints import ConfigError
from runner.messages import said
from runner.report.catalogue import text
from runner.results.row import Row, Status
from runner.results.rows import Rows
from runner.roles import CONTROL, LIMIT
from tests.builders import changed, row

if TYPE_CHECKING:
    from collections.abc import Sequence

BASE = row(ops_per_s=1000.0, total_ms_mean=10.0, total_ms_p99=50.0, client_cpu_us_per_op=100.0)
CALM = (1.0, 1.01, 0.99, 1.005, 0.995)
PSYCOPG3 = BASE.cell.id
MAY_DIFFER = "absolute figures: machines may differ"


def cell(rate: float = 1000.0, noise: Sequence[float] = CALM, **given: Any) -> list[Row]:
    return [
        changed(BASE, round=number, **{"ops_per_s": rate * off, **given})
        for number, off in enumerate(noise, 1)
    ]


def limit(rate: float = 10_000.0, noise: Sequence[float] = (1.0,) * 5) -> list[Row]:
    return cell(rate, noise, contender=LIMIT, clients=5)


def between(a: Sequence[Row], b: Sequence[Row], **asked: Any) -> RunComparison:
    """Compare run A with run B."""
    return compare_runs(Rows(a), Rows(b), **asked)


def of(found: RunComparison, metric: str = "share_of_limit", name: str = PSYCOPG3) -> Change:
    (change,) = (one for one in found.changes if (one.metric, one.cell) == (metric, name))
    return change


def sentences(found: RunComparison) -> list[str]:
    return [text(finding) for finding in found.findings()]


def test_a_machine_twice_as_fast_changes_nothing_that_is_anchored() -> None:
    found = between(cell() + limit(), cell(2000) + limit(20_000))
    share = of(found)
    assert share.ratio == pytest.approx(1)
    assert (share.verdict, share.reason) == (Verdict.NO_DIFFERENCE, None)
    assert {change.metric for change in found.changes} == {"share_of_limit", "client_cpu_us_per_op"}
    assert sentences(found) == []


def test_a_slower_version_is_called_slower() -> None:
    share = of(between(cell() + limit(), cell(900) + limit()))
    assert share.verdict is Verdict.SLOWER
    assert share.ratio == pytest.approx(0.9)
    assert share.low is not None
    assert share.high is not None
    assert share.low < 0.9 < share.high < 1
    assert (share.rounds_a, share.rounds_b) == (5, 5)
    assert text(share.words) == "-10.0 % [-11.0 %, -9.0 %] slower"


def test_more_cpu_for_each_operation_is_dearer() -> None:
    b = [
        replace(row, client_cpu_us_per_op=120.0 * off)
        for row, off in zip(cell(), CALM, strict=True)
    ]
    found = between(cell() + limit(), b + limit())
    assert of(found, "client_cpu_us_per_op").verdict is Verdict.DEARER


def test_a_change_within_the_margin_is_none() -> None:
    a, b = cell() + limit(), cell(975) + limit()
    assert of(between(a, b)).verdict is Verdict.NO_DIFFERENCE
    assert of(between(a, b, margin=0.01)).verdict is Verdict.SLOWER


def test_a_change_within_the_noise_is_none() -> None:
    b = cell(900, (1.3, 0.7, 1.2, 0.8, 1.0))
    assert of(between(cell() + limit(), b + limit())).verdict is Verdict.NO_DIFFERENCE


def test_the_limit_is_that_of_the_same_round() -> None:
    wild = (1.0, 2.0, 0.5, 3.0, 1.5)
    share = of(between(cell(noise=wild) + limit(noise=wild), cell() + limit(noise=CALM)))
    assert share.low == pytest.approx(1)
    assert share.high == pytest.approx(1)


def test_a_round_without_a_limit_is_passed_over() -> None:
    share = of(between(cell() + limit()[:3], cell() + limit()))
    assert (share.rounds_a, share.rounds_b) == (3, 5)


def test_absolute_figures_stand_only_where_asked_for_and_say_what_they_are() -> None:
    found = between(cell() + limit(), cell(2000) + limit(20_000), absolute=True)
    assert of(found, "ops_per_s").verdict is Verdict.FASTER
    assert text(of(found, "ops_per_s").words).endswith(f"faster ({MAY_DIFFER})")
    assert MAY_DIFFER not in text(of(found).words)
    assert {metric.column for metric in ABSOLUTE} < {change.metric for change in found.changes}


def test_cells_of_one_run_only_are_named() -> None:
    other = cell(contender="asyncpg")
    found = between(cell() + other + limit(), cell() + limit())
    assert (found.only_a, found.only_b) == (("asyncpg-insert-c10-p5",), ())
    assert sentences(found) == ["Only in A: asyncpg-insert-c10-p5."]
    nothing = between(limit(), cell() + limit())
    assert sentences(nothing) == ["A and B have no cell in common.", f"Only in B: {PSYCOPG3}."]


def test_the_control_and_the_limit_are_no_cells() -> None:
    control = cell(contender=CONTROL)
    found = between(cell() + control + limit(), cell() + limit())
    assert {change.cell for change in found.changes} == {PSYCOPG3}
    assert found.only_a == ()


def test_a_run_without_a_limit_is_told_of() -> None:
    broken = [replace(row, status=Status.FAILED, ops_per_s=None) for row in limit()]
    found = between(cell() + limit(), cell() + broken)
    assert sentences(found) == [
        "There is no limit (pgbench) in B: the share of it cannot be compared."
    ]
    assert text(of(found).words) == "not compared: in B: no limit (pgbench) was measured for it"
    assert of(found, "client_cpu_us_per_op").ratio == pytest.approx(1)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"leak": 0.5}, "clients leak: a speed means nothing"),
        ({"status": Status.HUNG, "reason": said("late")}, "hung in round 1: late"),
        ({"ok": 4900}, "2 % of operations failed"),
        ({"starved_clients": 3}, "starves 3 of 10 clients"),
        ({"ok": 0, "operations": 0}, "no success in round 1"),
        ({"ops_per_s": None}, "no rate was measured in round 1"),
        ({"ops_per_s": 0.0}, "share of the limit is 0 in round 1"),
    ],
)
def test_what_cannot_be_compared_gets_a_sentence(given: dict[str, Any], reason: str) -> None:
    leak = {"leak": given["leak"]} if "leak" in given else {}
    share = of(
        between(cell(**leak) + limit(), cell(**given) + limit()), name=cell(**leak)[0].cell.id
    )
    assert (share.verdict, share.ratio) == (Verdict.NOT_COMPARED, None)
    assert text(share.reason) in (f"in A: {reason}", f"in B: {reason}")


def test_a_few_failures_are_no_reason() -> None:
    assert of(between(cell() + limit(), cell(ok=4950) + limit())).ratio == pytest.approx(1)


def test_a_cell_on_other_terms_is_another_cell_whatever_its_name() -> None:
    found = between(cell() + limit(), cell(think_time=0.01) + limit())
    assert text(of(found).reason) == "think_time_ms is 0 in A and 10 in B"


def test_another_version_of_the_driver_is_what_is_compared() -> None:
    found = between(cell() + limit(), cell(driver_version="3.4.0") + limit())
    assert of(found).verdict is Verdict.NO_DIFFERENCE


def test_one_round_has_a_ratio_and_no_interval() -> None:
    share = of(between(cell() + limit(), (cell(900) + limit())[::5]))
    assert (share.reason, share.low, share.p_adjusted) == (ONE_ROUND, None, None)
    assert text(share.words) == f"-10.0 %, not compared: {text(ONE_ROUND)}"


def test_many_cells_make_chance_likelier_and_verdicts_rarer() -> None:
    noisy = (1.0, 1.04, 0.96, 1.02, 0.98)
    alone = between(cell(noise=noisy) + limit(), cell(940, noisy) + limit())
    names = [f"adapter{number}" for number in range(20)]
    others = [row for name in names for row in cell(contender=name)]
    among = between(cell(noise=noisy) + others + limit(), cell(940, noisy) + others + limit())
    assert of(alone).p == of(among).p
    assert of(alone).verdict is Verdict.SLOWER
    assert of(among).verdict is Verdict.NO_DIFFERENCE


def test_welch_agrees_with_scipy() -> None:
    from scipy.stats import ttest_ind

    a, b = [0.1, 0.2, 0.15, 0.3], [0.5, 0.1, 0.9, 0.4, 0.7, 0.2]
    theirs = ttest_ind(b, a, equal_var=False)
    reach = theirs.confidence_interval(0.95)
    ours = welch(a, b, 0.95)
    assert ours.low == pytest.approx(reach.low)
    assert ours.high == pytest.approx(reach.high)
    assert ours.p == pytest.approx(theirs.pvalue)


def test_welch_is_a_point_where_nothing_varies() -> None:
    assert welch([1.0, 1.0], [1.5, 1.5], 0.95).high == 0.5
    assert welch([1.0, 1.0], [1.5, 1.5], 0.95).p == 0
    assert welch([1.0, 1.0], [1.0, 1.0], 0.95).p == 1


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    draw = random.Random(1).gauss
    held = 0
    for _ in range(1000):
        a = [draw(0.0, 0.2) for _ in range(5)]
        b = [draw(math.log(1.1), 0.05) for _ in range(10)]
        found = welch(a, b, 0.95)
        held += found.low < math.log(1.1) < found.high
    assert 930 <= held <= 970


@pytest.mark.parametrize(
    ("text", "low", "high", "broken"),
    [
        ("share_of_limit < -5%", 0.90, 0.94, True),
        ("share_of_limit < -5%", 0.90, 0.96, False),
        ("share_of_limit < -5%", 1.06, 1.08, False),
        ("share_of_limit<-5 %", 0.90, 0.94, True),
        ("client_cpu_us_per_op < -5%", 0.90, 0.94, False),
        ("share_of_limit > +5.5%", 1.06, 1.08, True),
        ("share_of_limit > +7%", 1.06, 1.08, False),
    ],
)
def test_a_job_fails_only_where_the_whole_interval_is_beyond(
    text: str, low: float, high: float, *, broken: bool
) -> None:
    change = Change(PSYCOPG3, "psycopg3", "share_of_limit", 5, 5, 0.93, low, high)
    assert parse(text).broken_by(change) is broken


def test_a_change_without_an_interval_breaks_nothing_and_is_not_judged() -> None:
    condition = parse("share_of_limit < -5%")
    one = Change(PSYCOPG3, "psycopg3", "share_of_limit", 5, 1, 0.5)
    assert not condition.broken_by(one)
    assert not condition.judges(one)
    assert condition.judges(replace(one, low=0.4, high=0.6))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("share_of_limit < 5%", "must be METRIC < or > SIGNED PERCENT"),
        ("share_of_limit < -5", "must be METRIC < or > SIGNED PERCENT"),
        ("share_of_limit = -5%", "must be METRIC < or > SIGNED PERCENT"),
        ("", "must be METRIC < or > SIGNED PERCENT"),
        ("share_of_limt < -5%", "is share_of_limt (did you mean share_of_limit?)"),
        ("jain < -5%", "must be one of client_cpu_us_per_op, ops_per_s, share_of_limit, total_ms"),
        ("ops_per_s < -100%", "must be more than -100%, is -100%"),
    ],
)
def test_a_condition_that_cannot_be_read_gets_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(text)
    (complaint,) = refused.value.complaints
    assert complaint.startswith(f"--fail-if {text}: ")
    assert sentence in complaint


def environment(**given: Any) -> dict[str, Any]:
    return {
        "run": "abc",
        "seed": 1,
        "fingerprint": "f",
        "machine": {"commit": "c1", "cpu": "Xeon", "gil": True},
        "adapters": {"psycopg3": {"versions": "psycopg 3.3.9", "libraries": {"libpq": "180006"}}},
        "server": {"version": "18.4", "settings": {"fsync": "on"}, "dsn": "postgresql:///tmp/a"},
        **given,
    }


def test_the_same_environment_has_no_differences_whatever_the_seed() -> None:
    other = environment(run="def", seed=2)
    other["server"] = {**other["server"], "dsn": "postgresql:///tmp/b"}
    assert differences(environment(), other) == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"machine": {"commit": "c2", "cpu": "Xeon", "gil": True}}, "commit: c1 in A, c2 in B."),
        (
            {"machine": {"commit": "c1", "cpu": "Xeon"}},
            "gil: True in A, not recorded in B.",
        ),
        (
            {
                "adapters": {
                    "psycopg3": {"versions": "psycopg 3.4.0", "libraries": {"libpq": "180006"}}
                }
            },
            "psycopg3 versions: psycopg 3.3.9 in A, psycopg 3.4.0 in B.",
        ),
        (
            {"adapters": {"psycopg3": {"versions": "psycopg 3.3.9", "libraries": {"libpq": "17"}}}},
            "psycopg3 libraries libpq: 180006 in A, 17 in B.",
        ),
        (
            {"server": {"version": "18.4", "settings": {"fsync": "off"}}},
            "server setting fsync: on in A, off in B.",
        ),
        (
            {"server": {"version": "16.1", "settings": {"fsync": "on"}}},
            "server version: 18.4 in A, 16.1 in B.",
        ),
        ({"fingerprint": "g"}, "The configurations differ: config.yaml of A and of B say how."),
    ],
)
def test_each_difference_is_a_sentence(given: dict[str, Any], sentence: str) -> None:
    assert [text(it) for it in differences(environment(), environment(**given))] == [sentence]


def test_an_adapter_of_one_run_only_is_no_difference_of_the_environment() -> None:
    assert differences(environment(), environment(adapters={})) == []
