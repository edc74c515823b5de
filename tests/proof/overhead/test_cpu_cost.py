"""The CPU of an operation on `noop` is measured alone and in whole turns."""

from __future__ import annotations

from runner.proof.overhead import cpu_cost


def test_an_operation_costs_some_cpu_alone_and_in_whole_turns() -> None:
    cost = cpu_cost.measure("insert", slices=10, turns=2)
    assert cost.workload == "insert"
    assert 0 < cost.p10 <= cost.p50
    assert 0 < cost.turn_p10 <= cost.turn_p50
