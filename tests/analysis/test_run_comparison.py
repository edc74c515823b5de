"""Two runs are compared by what is anchored inside each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.change import ABSOLUTE, Change, RunComparison
from runner.analysis.comparison import ONE_ROUND
from runner.analysis.run_comparison import compare_runs
from runner.analysis.verdict import Verdict
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


def test_a_run_that_did_not_keep_its_allocator_is_not_held_against_one_that_did() -> None:
    old = cell(allocator="unknown")
    found = between(old + limit(), cell() + limit())
    assert of(found).verdict is Verdict.NOT_COMPARED
    assert text(of(found).reason) == "allocator is unknown in A and settled in B"
    assert of(between(old + limit(), old + limit())).ratio == pytest.approx(1)


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
