"""The slices of a process: each loop once in a cycle, in an order shuffled anew each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters import PoolOptions, step
from adapters.noop import Noop
from runner.proof.overhead import slices
from runner.proof.overhead.layers import LAYERS
from runner.proof.overhead.slices import BARE, OURS, Sizes, take
from runner.worker.events import Events, Inbox
from runner.worker.executor import Executor, Threads
from tests.fakes.broken import Buggy

if TYPE_CHECKING:
    from adapters.base import PoolAdapter

SIZES: dict[str, Any] = {
    "adapter": "psycopg3", "clients": 2, "error_pause": 0.01, "lead_in": 0.005, "length": 0.02,
}  # fmt: skip


def played(pool: PoolAdapter[Any], loops: list[str], cycles: int) -> list[dict[str, float]]:
    step(pool.open())
    return step(take(pool, Events(Inbox(), lambda _: None, Threads()), loops, cycles, "s", **SIZES))


def test_a_turn_of_ours_and_a_slice_of_a_layer_give_operations_per_second() -> None:
    (rates,) = played(Noop("", PoolOptions()), [OURS, *LAYERS], 1)
    assert set(rates) == {OURS, *LAYERS}
    assert all(rate > 0 for rate in rates.values())


def test_the_order_of_the_loops_is_shuffled_in_each_cycle(monkeypatch: pytest.MonkeyPatch) -> None:
    def rate(self: Sizes, loop: str, pool: Any, executor: Executor, number: int) -> float:
        del self, loop, pool, executor
        return float(number)

    monkeypatch.setattr(slices.Sizes, "rate", rate)
    cycles = played(Noop("", PoolOptions()), [BARE, OURS], 40)
    assert [set(cycle.values()) for cycle in cycles] == [{number} for number in range(40)]
    assert len({tuple(cycle) for cycle in cycles}) == 2, "both orders occur"


def test_a_bug_in_a_turn_is_an_error_and_no_rate() -> None:
    pool = Buggy("", PoolOptions())
    pool.opened = True
    with pytest.raises(RuntimeError, match="a bug in an adapter"):
        played(pool, [OURS], 1)
