"""Runs are compared by what is anchored inside each, and called different by what several say."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.change import ABSOLUTE, Change, Lack, RunComparison
from runner.analysis.intervals import pooled
from runner.analysis.run_comparison import compare_runs
from runner.analysis.verdict import Verdict
from runner.messages import said
from runner.rate import Rate
from runner.report.catalogue import text
from runner.results.row import Row, Status
from runner.results.rows import Rows
from runner.roles import CONTROL, LIMIT
from tests.builders import changed, row

if TYPE_CHECKING:
    from collections.abc import Sequence

BASE = row(ops_per_s=1000.0, total_ms_mean=10.0, total_ms_p99=50.0, client_cpu_us_per_op=100.0)
CALM = (1.0, 1.01, 0.99, 1.005, 0.995)
BETWEEN = (0.99, 1.0, 1.01)
"""By what the runs of a side differ."""
PSYCOPG3 = BASE.cell.id
MAY_DIFFER = "absolute: machines may differ"
WITHIN = "within the runs"


def cell(rate: float = 1000.0, noise: Sequence[float] = CALM, **values: Any) -> list[Row]:
    return [
        changed(BASE, round=number, **{"ops_per_s": rate * off, **values})
        for number, off in enumerate(noise, 1)
    ]


def limit(rate: float = 10_000.0, noise: Sequence[float] = (1.0,) * 5) -> list[Row]:
    return cell(rate, noise, contender=LIMIT, clients=5)


def runs(rate: float = 1000.0, between: Sequence[float] = BETWEEN, **values: Any) -> list[Rows]:
    """Make runs that differ from each other."""
    return [Rows(cell(rate * off, **values) + limit()) for off in between]


def single(a: Sequence[Row], b: Sequence[Row], **asked: Any) -> RunComparison:
    """Compare run A with run B."""
    return compare_runs([Rows(a)], [Rows(b)], **asked)


def of(comparison: RunComparison, metric: str = "share_of_limit", name: str = PSYCOPG3) -> Change:
    (change,) = (it for it in comparison.changes if (it.metric, it.cell) == (metric, name))
    return change


def sentences(comparison: RunComparison) -> list[str]:
    return [text(finding) for finding in comparison.findings()]


# --- one run of a side ---------------------------------------------------------------------------


def test_one_run_of_each_side_shows_a_change_and_says_no_word_of_it() -> None:
    comparison = single(cell() + limit(), cell(500) + limit())
    share = of(comparison)
    assert (share.verdict, share.judged) == (None, False)
    assert text(share.words) == f"-50.0 % ({WITHIN} -50.6 % to -49.4 %)"
    (finding,) = sentences(comparison)
    assert finding.startswith("No verdict: two runs of the same code differ too")
    assert "compare A1 A2 --with B1 B2" in finding
    assert "measure both in one run" in finding


def test_one_run_against_several_says_no_word_either() -> None:
    comparison = compare_runs(runs(), runs(500, (1.0,)))
    share = of(comparison)
    assert (share.runs_a, share.runs_b, share.verdict, share.low) == (3, 1, None, None)
    assert text(share.words) == "-50.0 %"
    assert sentences(comparison)[0].startswith("No verdict: ")


def test_one_round_of_one_run_is_a_ratio() -> None:
    share = of(single(cell() + limit(), (cell(900) + limit())[::5]))
    assert (share.low, share.reason, share.verdict) == (None, None, None)
    assert text(share.words) == "-10.0 %"


# --- several runs of each side -------------------------------------------------------------------


def test_a_machine_twice_as_fast_changes_nothing_that_is_anchored() -> None:
    fast = [Rows(cell(2000 * off) + limit(20_000)) for off in BETWEEN]
    comparison = compare_runs(runs(), fast)
    share = of(comparison)
    assert share.ratio == pytest.approx(1)
    assert (share.verdict, share.reason) == (Verdict.NO_DIFFERENCE, None)
    metrics = {change.metric for change in comparison.changes}
    assert metrics == {"share_of_limit", "client_cpu_us_per_op"}
    assert sentences(comparison) == []


def test_a_slower_version_is_called_slower() -> None:
    share = of(compare_runs(runs(), runs(900)))
    assert share.verdict is Verdict.SLOWER
    assert (share.runs_a, share.runs_b) == (3, 3)
    assert text(share.words) == "-10.0 % [-12.5 %, -7.4 %] slower"


def test_the_unit_is_the_run_and_its_value_the_mean_logarithm_of_its_rounds() -> None:
    rates_a, rates_b = [[900.0, 1000.0, 1300.0], [1000.0, 1100.0]], [[700.0, 800.0], [850.0, 750.0]]
    sides = [
        [Rows(cell(1.0, rates) + limit(noise=(1.0,) * len(rates))) for rates in side]
        for side in (rates_a, rates_b)
    ]
    means_a, means_b = (
        [sum(map(math.log, rates)) / len(rates) for rates in side] for side in (rates_a, rates_b)
    )
    interval = pooled(means_a, means_b, 1 - 0.05 / 2)
    share = of(compare_runs(*sides))
    assert share.ratio == pytest.approx(math.exp(interval.mean))
    assert share.low == pytest.approx(math.exp(interval.low))
    assert share.high == pytest.approx(math.exp(interval.high))


def test_more_cpu_for_each_operation_is_dearer() -> None:
    b = [runs(client_cpu_us_per_op=120.0 * off)[0] for off in BETWEEN]
    assert of(compare_runs(runs(), b), "client_cpu_us_per_op").verdict is Verdict.DEARER


def test_a_change_beyond_chance_within_the_margin_is_too_small_to_matter() -> None:
    calm = (0.999, 1.0, 1.001)
    a, b = runs(between=calm), runs(980, calm)
    share = of(compare_runs(a, b))
    assert share.verdict is Verdict.TOO_SMALL
    assert text(share.words) == "-2.0 % [-2.3 %, -1.7 %] too small to matter"
    assert of(compare_runs(a, b, margin=0.01)).verdict is Verdict.SLOWER


def test_what_runs_of_one_side_differ_by_is_no_change_however_calm_their_rounds_are() -> None:
    """The rounds of single runs differ by one percent, the runs of a side by thirty."""
    share = of(compare_runs(runs(between=(0.85, 1.0, 1.15)), runs(800, (0.85, 1.0, 1.15))))
    assert share.verdict is Verdict.NO_DIFFERENCE


def test_the_limit_is_that_of_the_same_round() -> None:
    wild = (1.0, 2.0, 0.5, 3.0, 1.5)
    share = of(single(cell(noise=wild) + limit(noise=wild), cell() + limit(noise=CALM)))
    assert share.low == pytest.approx(1)
    assert share.high == pytest.approx(1)


def test_a_round_without_a_limit_is_passed_over() -> None:
    share = of(single(cell(noise=(1.0, 1.0, 1.0, 9.0, 9.0)) + limit()[:3], cell() + limit()))
    assert share.ratio == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize("number", [1, 3])
def test_absolute_figures_are_shown_where_asked_for_and_never_judged(number: int) -> None:
    comparison = compare_runs(runs()[:number], runs(2000)[:number], absolute=True)
    assert {metric.column for metric in ABSOLUTE} < {it.metric for it in comparison.changes}
    for metric in ABSOLUTE:
        change = of(comparison, metric.column)
        assert (change.verdict, change.judged) == (None, False)
        assert text(change.words).endswith(f", {MAY_DIFFER}")
    speed = of(comparison, "ops_per_s")
    assert speed.low is not None
    assert speed.low > 1, "it is beyond chance and still gets no word"
    assert MAY_DIFFER not in text(of(comparison).words)


def test_cells_that_some_runs_lack_are_named_with_those_runs() -> None:
    both = [Rows(cell() + cell(contender="asyncpg") + limit()) for _ in range(2)]
    comparison = compare_runs([*both, Rows(cell() + limit())], both)
    assert comparison.lacks == (Lack(("A3",), ("asyncpg-insert-c10-p5",)),)
    assert "Not in A3: asyncpg-insert-c10-p5." in sentences(comparison)
    asyncpg = of(comparison, name="asyncpg-insert-c10-p5")
    assert (asyncpg.runs_a, asyncpg.runs_b) == (2, 2), "the runs that have it are compared"
    lone = single(cell(contender="asyncpg") + limit(), cell() + limit())
    assert lone.changes == ()
    assert sentences(lone)[1:] == [f"Not in A: {PSYCOPG3}.", "Not in B: asyncpg-insert-c10-p5."]


def test_a_cell_that_one_run_of_a_side_has_gets_no_verdict() -> None:
    other = cell(contender="asyncpg")
    a = [Rows(cell() + other + limit()), Rows(cell() + limit())]
    b = [Rows(cell() + other + limit()) for _ in range(2)]
    comparison = compare_runs(a, b)
    assert of(comparison, name="asyncpg-insert-c10-p5").verdict is None
    assert of(comparison).verdict is Verdict.NO_DIFFERENCE


def test_the_control_and_the_limit_are_no_cells() -> None:
    control = cell(contender=CONTROL)
    comparison = single(cell() + control + limit(), cell() + limit())
    assert {change.cell for change in comparison.changes} == {PSYCOPG3}
    assert comparison.lacks == ()


def test_runs_without_a_limit_are_named() -> None:
    broken = Rows(cell() + [replace(row, status=Status.FAILED, ops_per_s=None) for row in limit()])
    comparison = compare_runs(runs(), [*runs()[:1], broken, Rows(cell())])
    assert sentences(comparison) == [
        "There is no limit (pgbench) in B2 and B3: the share of it cannot be compared."
    ]
    refused = "not compared: in B2: no limit (pgbench) was measured for it"
    assert text(of(comparison).words) == refused
    assert of(comparison, "client_cpu_us_per_op").ratio == pytest.approx(1)


@pytest.mark.parametrize(
    ("values", "reason"),
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
def test_what_one_run_cannot_compare_is_not_compared(values: dict[str, Any], reason: str) -> None:
    leak = {"leak": values["leak"]} if "leak" in values else {}
    good, bad = Rows(cell(**leak) + limit()), Rows(cell(**values) + limit())
    share = of(compare_runs([good, good], [good, bad]), name=cell(**leak)[0].cell.id)
    assert (share.verdict, share.ratio) == (Verdict.NOT_COMPARED, None)
    assert text(share.reason) == f"in {'A1' if leak else 'B2'}: {reason}"
    assert share.unsteady == bool(leak)


def test_a_few_failures_are_no_reason() -> None:
    assert of(single(cell() + limit(), cell(ok=4950) + limit())).ratio == pytest.approx(1)


def test_a_cell_on_other_terms_is_another_cell_whatever_its_name() -> None:
    other = [Rows(cell(think_time=0.01) + limit())]
    share = of(compare_runs(runs(), [*runs()[:1], *other]))
    assert text(share.reason) == "think_time_ms is 0 in A1 and 10 in B2"


def test_terms_that_an_old_report_does_not_know_are_passed_over() -> None:
    old = [Rows(cell(turn=None) + limit())] * 2
    assert of(compare_runs(old, runs())).reason is None
    mixed = [Rows(cell(turn=0.5) + limit())]
    share = of(compare_runs([*old, *mixed], runs()))
    assert text(share.reason) == "turn_ms is 500 in A3 and 1000 in B1"


def test_a_run_that_did_not_keep_its_allocator_is_not_held_against_one_that_did() -> None:
    old = cell(allocator="unknown") + limit()
    share = of(single(old, cell() + limit()))
    assert share.verdict is Verdict.NOT_COMPARED
    assert text(share.reason) == "allocator is unknown in A and settled in B"
    assert of(single(old, old)).ratio == pytest.approx(1)


def test_another_version_of_the_driver_is_what_is_compared() -> None:
    assert of(compare_runs(runs(), runs(driver_version="3.4.0"))).verdict is Verdict.NO_DIFFERENCE


def test_many_cells_make_chance_likelier_and_intervals_wider() -> None:
    names = [f"adapter{number}" for number in range(20)]

    def with_others(rate: float, **others: Any) -> list[Rows]:
        return [
            Rows([*run.every, *(row for name in names for row in cell(contender=name, **others))])
            for run in runs(rate, (0.98, 1.0, 1.02))
        ]

    alone = compare_runs(runs(between=(0.98, 1.0, 1.02)), runs(920, (0.98, 1.0, 1.02)))
    among = compare_runs(with_others(1000), with_others(920))
    refused = compare_runs(with_others(1000), with_others(920, starved_clients=1))
    assert (alone.confidence, among.confidence) == (1 - 0.05 / 2, 1 - 0.05 / 42)
    assert of(alone).verdict is Verdict.SLOWER
    assert of(among).verdict is Verdict.NO_DIFFERENCE
    assert of(refused) == of(among), "the plan fixes the family, not what came of it"


def test_cells_that_leak_are_no_part_of_the_family() -> None:
    leaking = [Rows([*run.every, *cell(leak=1.0)]) for run in runs()]
    assert compare_runs(leaking, leaking).confidence == 1 - 0.05 / 2


def test_sides_of_unequal_numbers_are_told_of() -> None:
    (finding,) = sentences(compare_runs(runs(), runs()[:2]))
    assert finding.startswith("3 runs of A, 2 of B: take as many of each")


def test_few_runs_say_what_more_would_narrow() -> None:
    two, three = (compare_runs(runs()[:number], runs()[:number]) for number in (2, 3))
    assert two.narrower == pytest.approx(2.752 * math.sqrt(2 / 5) / 6.205, rel=1e-3)
    assert two.narrower is not None
    assert three.narrower is not None
    assert three.narrower > two.narrower
    five = runs(between=(0.98, 0.99, 1.0, 1.01, 1.02))
    assert compare_runs(five, five).narrower is None
    assert single(cell() + limit(), cell() + limit()).narrower is None


def test_a_rate_that_is_given_has_no_share_of_the_limit() -> None:
    """Both sides do 500 a second, whatever the server could: that is no change of the pool."""
    given = Rate(is_share=False, number=500.0)
    own = [changed(it, rate=given) for it in cell(500.0)]
    fast, slow = (Rows(own + limit(rate)) for rate in (12_000.0, 10_000.0))
    comparison = compare_runs([slow, slow], [fast, fast])
    assert {change.metric for change in comparison.changes} == {"client_cpu_us_per_op"}


def test_the_same_share_of_other_rates_is_not_compared() -> None:
    share = Rate(is_share=True, number=0.7)
    a, b = (
        [changed(it, rate=share, rate_per_s=number) for it in cell(500.0)]
        for number in (1400.0, 1800.0)
    )
    (change,) = single(a, b).changes
    assert change.verdict is Verdict.NOT_COMPARED
    assert change.reason is not None
    assert text(change.reason) == "rate_per_s is 1400 in A and 1800 in B"
