"""A slice counts what ends while its gate counts, and says why it cannot be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters import PoolOptions
from adapters.noop import Noop
from runner.proof.overhead import bare_slice
from runner.proof.overhead.bare_slice import BareSlice
from runner.worker.executor import Threads, executor_for
from tests.fakes.slow import SlowTasks

if TYPE_CHECKING:
    from runner.proof.overhead.gate import Gate
    from runner.workloads import Ledger

LEAD_IN, SECONDS, OPERATION = 0.05, 0.2, 0.01


async def of_ten_milliseconds(pool: Any, gate: Gate, ledger: Ledger, pause: float) -> int:
    del ledger, pause
    operations = 0
    while not gate.closed:
        await pool.sleep(OPERATION)
        operations += gate.counts
    return operations


async def broken(pool: Any, gate: Gate, ledger: Ledger, pause: float) -> int:
    del pool, gate, ledger, pause
    raise ZeroDivisionError("a bug in a loop")


async def endless(pool: Any, gate: Gate, ledger: Ledger, pause: float) -> int:
    del gate, ledger, pause
    await pool.sleep(2.0)
    return 0


def slice_of(loop: Any, clients: int, pool: Any = None) -> BareSlice:
    return BareSlice(pool or Noop("", PoolOptions()), loop, clients, "slice", 0.01)


@pytest.mark.parametrize("kind", [Noop, SlowTasks])
def test_the_rate_is_that_of_all_clients_in_the_counted_time(kind: type[Noop]) -> None:
    """Bounded from above only: a busy machine sleeps too long."""
    pool = kind("", PoolOptions())
    slice_ = slice_of(of_ten_milliseconds, 3, pool)
    rate = slice_.rate(executor_for(pool), LEAD_IN, SECONDS)
    assert len(slice_.operations) == 3
    assert 0 < rate <= 3 / OPERATION * 1.1


def test_what_ends_before_or_after_the_counted_time_is_not_counted() -> None:
    slice_ = slice_of(of_ten_milliseconds, 1)
    slice_.start(Threads())
    assert slice_.close() == 0


def test_an_error_of_a_client_is_the_error_of_the_slice() -> None:
    with pytest.raises(ZeroDivisionError, match="a bug in a loop"):
        slice_of(broken, 2).rate(Threads(), 0.0, 0.0)


def test_a_client_that_does_not_come_back_is_not_waited_for_forever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bare_slice, "PATIENCE", 0.05)
    with pytest.raises(TimeoutError, match=r"a client did not come back within 0\.05 s"):
        slice_of(endless, 1).rate(Threads(), 0.0, 0.0)
