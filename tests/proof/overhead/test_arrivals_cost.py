"""The cost of an open loop is measured for clients of every kind."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from runner.proof.overhead import arrivals_cost

if TYPE_CHECKING:
    import pytest


def test_each_kind_of_clients_has_its_cost_and_its_lateness(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(arrivals_cost, "RATES", (2000.0,))
    costs = list(arrivals_cost.measure(seconds=0.6, sleeps=10))
    kinds = ["threads", "asyncio", *(["uvloop"] if find_spec("uvloop") else [])]
    assert [cost.kind for cost in costs] == kinds
    for cost in costs:
        assert cost.cpu > 0
        assert cost.late_p50 > 0, "nobody is early"
