"""Rule 8: at a given rate times are compared, and who does not keep up is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.answer import answer
from runner.analysis.answer.at_rate import at_rate
from runner.analysis.answer.scope import Scope
from runner.analysis.comparison import compare
from runner.analysis.findings import findings
from runner.analysis.verdict import Verdict
from runner.axes import AXES
from runner.rate import Rate
from runner.report.catalogue import text
from runner.report.rate_tables import rate_tables
from runner.results.rows import Rows
from runner.roles import CONTROL, Role
from tests.analysis.runs import at_2000, of, paced, row, said
from tests.builders import changed

if TYPE_CHECKING:
    from runner.results.row import Row

GROUP = "insert-c10-p5-r2000"


def scope(*others: Row) -> Scope:
    measured = Rows([*at_2000("base", 1.0), *at_2000(CONTROL, 1.0), *others])
    return Scope(measured, compare(measured, baseline="base"))


def test_times_are_compared_and_the_rate_is_not() -> None:
    report = scope(*at_2000("quick", 0.5)).report
    assert {line.metric for line in report.lines} >= {"total_ms_p50", "total_ms_p99"}
    assert not {line.metric for line in report.lines} & {"ops_per_s"}
    assert of(report, "quick", "total_ms_p99", GROUP).verdict is Verdict.SHORTER
    assert of(report, "quick", "total_ms_p50", GROUP).verdict is Verdict.SHORTER


def test_in_a_closed_loop_medians_have_no_verdict() -> None:
    measured = Rows([row("base", 1, 1000.0), row("other", 1, 1000.0)])
    assert "total_ms_p50" not in {line.metric for line in compare(measured, baseline="base").lines}


def test_each_group_has_a_sentence_with_the_ratios_of_its_times() -> None:
    (sentence,) = said(at_rate(scope(*at_2000("quick", 0.5))))
    assert sentence == (
        "insert, 10 clients on 5 connections, at 2,000 arrivals a second: against base, "
        "quick: p99 0.50x [0.50, 0.50] (shorter), median 0.50x [0.50, 0.50] (shorter)."
    )


def test_of_sizes_the_ninth_rule_says_it() -> None:
    whole = Rows(paced({1: 2.0, 2: 1.0}))
    assert said(at_rate(Scope(whole, compare(whole, baseline=None)))) == []


def test_who_does_not_keep_up_is_named_and_not_compared() -> None:
    late = at_2000("late", 0.5, ok=1900, operations=1900)
    _, sentence = said(at_rate(scope(*at_2000("quick", 0.5), *late)))
    assert sentence.endswith(
        "not compared are late, 5 % of the arrivals failed, were dropped or left over."
    )
    assert of(scope(*late).report, "late", "total_ms_p99", GROUP).verdict is Verdict.NOT_COMPARED


def test_a_rate_that_is_picked_up_late_is_told() -> None:
    late = at_2000("quick", 0.5, flags="late_pick_up")
    assert said(at_rate(scope(*late)))[-1].startswith("The harness picked arrivals up so late")


def test_a_run_of_rates_alone_says_nothing_of_speed() -> None:
    measured = scope(*at_2000("quick", 0.5))
    assert said(answer(measured.rows, measured.report)) == said(at_rate(measured))
    assert findings(measured.report) == []


def test_a_closed_loop_beside_it_is_compared_as_ever() -> None:
    closed = [row(name, number, 1000.0) for name in ("base", "quick") for number in range(1, 6)]
    measured = scope(*at_2000("quick", 0.5), *closed)
    assert of(measured.report, "quick", "ops_per_s").ratio == 1.0
    assert [it.conditions.rate for it in measured.standings] == [AXES["rate"].default]


def test_rates_that_are_compared_have_times_and_no_speed() -> None:
    def at(number: float, factor: float, role: Role = Role.ADAPTER) -> list[Row]:
        rate = Rate(is_share=False, number=number)
        made = at_2000("psycopg3", factor)
        return [changed(it, rate=rate, compared="rate", role=role) for it in made]

    cells = [*at(500, 1.0), *at(500, 1.0, Role.CONTROL), *at(1000, 2.0)]
    measured = Rows(cells)
    report = compare(measured, baseline="rate 500")
    assert "ops_per_s" not in {line.metric for line in report.lines}
    (sentence,) = said(answer(measured, report))
    assert sentence == (
        "psycopg3, insert, 10 clients on 5 connections, at each of several rates: against "
        "rate 500, rate 1000: p99 2.00x [2.00, 2.00] (longer), median 2.00x [2.00, 2.00] (longer)."
    )
    (table,) = rate_tables(measured, report)
    assert [text(row.cells[0]) for row in table.rows][:2] == ["rate 500", "rate 1000"]
