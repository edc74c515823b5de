"""Rule 4: the CPU of an operation is told as a ratio of costs, not of speeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.cost import cost
from tests.analysis.runs import CALM, contradiction, rows, said, scope, times, undecided
from tests.builders import changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.row import Row


def costing(name: str, factor: float) -> list[Row]:
    """Make an adapter whose operations take so many times the baseline's 100 us."""
    micros = [100.0 * factor * rate / 1000 for rate in times(1.0)]
    shaken = zip(rows(name, CALM), micros, strict=True)
    return [changed(row, client_cpu_us_per_op=each) for row, each in shaken]


def sentences(*others: Row) -> Sequence[str]:
    return said(cost(scope(*others)))


def test_who_is_cheaper_and_who_is_dearer_is_told_per_operation() -> None:
    assert sentences(*costing("thrifty", 0.5), *costing("lavish", 2.0)) == [
        "Client CPU per operation, against base: cheaper thrifty 0.50x; dearer lavish 2.00x."
    ]


def test_costs_that_differ_by_less_than_is_shown_are_said_to_be_so() -> None:
    assert sentences(*costing("same", 1.0)) == [
        "No difference from base in client CPU per operation is shown."
    ]


def test_costs_that_are_undecided_are_not_called_alike() -> None:
    torn = undecided(scope(*costing("torn", 2.0)), "torn", reason=contradiction("torn", "base"))
    assert said(cost(torn)) == ["Client CPU per operation, against base: undecided torn 2.00x."]


def test_without_any_interval_nothing_is_said_of_costs() -> None:
    assert sentences() == []
    assert sentences(*rows("unknown", CALM, client_cpu_us_per_op=None)) == []
