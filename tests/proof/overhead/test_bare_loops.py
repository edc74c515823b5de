"""The bare loops, the layers and a worker's turn do the same statements, and count them alike."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import adapters
from adapters import PoolOptions
from runner.proof.base_config import ADAPTERS
from runner.proof.overhead.bare_loops import BARE_LOOPS
from runner.proof.overhead.bare_slice import BareSlice
from runner.proof.overhead.gate import Gate
from runner.proof.overhead.layers import LAYERS
from runner.server.route import Counting
from runner.worker.client import Load
from runner.worker.executor import executor_for
from runner.worker.protocol import OpenOrder, TurnOrder
from runner.worker.turn import Turn
from runner.workloads import WORKLOADS
from tests.asking import ask

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from adapters.base import PoolAdapter
    from runner.proof.overhead.bare_loops import Loop
    from runner.server.relay import Relay
    from runner.worker.executor import Executor

NAME = "statements"
ENOUGH = 20
"""Operations before which the drivers have prepared what they prepare."""


class Pool(NamedTuple):
    """A pool of one connection behind a relay that counts, and what runs its clients."""

    adapter: PoolAdapter[Any]
    executor: Executor
    relay: Relay

    def operations_of(self, loop: Loop, counts: int = 1) -> int:
        """Let one client insert for a moment; it counts from the beginning, or not at all."""
        slice_ = BareSlice(self.adapter, loop, 1, NAME, 0.01, Gate(counts=counts))
        sent = self.relay.count().bytes_sent
        slice_.start(self.executor)
        time.sleep(0.05)
        while self.relay.count().bytes_sent == sent:  # the machine is busy with something else
            time.sleep(0.05)
        return slice_.close()

    def operations_of_a_turn(self) -> int:
        cell = OpenOrder("", "", 1, 1, 1.0, "equal", {}, "insert", 1, NAME, "seed")
        order = TurnOrder(1, 0.0, operations=ENOUGH)
        record = Turn(cell, order, Load(WORKLOADS["insert"]), self.adapter).take(self.executor)
        return record.succeeded

    def said(self) -> tuple[Counter[str], int]:
        """Return the client's messages by their letter, and their bytes, until now."""
        count = self.relay.rest()
        return count.sent, count.bytes_sent


@contextmanager
def opened(name: str, dsn: str) -> Iterator[Pool]:
    route = Counting()
    with route.dsn(dsn) as near:
        adapter = adapters.create(name, near, PoolOptions(min_size=1, max_size=1))
        executor = executor_for(adapter)
        executor.run(adapter.open)
        try:
            yield Pool(adapter, executor, route.relay)
        finally:
            executor.run(adapter.close)


def test_every_adapter_of_the_matrix_has_a_bare_loop() -> None:
    assert tuple(BARE_LOOPS) == ADAPTERS


@pytest.mark.parametrize("name", ADAPTERS)
def test_every_loop_says_the_same_to_the_server_and_counts_what_is_in_the_table(
    name: str, dsn: str
) -> None:
    """So what one of them costs more is not work that another one leaves out."""
    loops = {"bare": BARE_LOOPS[name], **LAYERS}
    costs: dict[str, dict[str, float]] = {}
    inserted = 0
    with opened(name, dsn) as pool:
        inserted += pool.operations_of_a_turn()
        for loop, function in [*loops.items(), ("ours", None)]:
            before, bytes_before = pool.said()
            done = pool.operations_of(function) if function else pool.operations_of_a_turn()
            after, bytes_after = pool.said()
            assert done > 0
            inserted += done
            costs[loop] = {letter: count / done for letter, count in (after - before).items()}
            costs[loop]["bytes"] = (bytes_after - bytes_before) / done
    assert costs["ours"], "something was said"
    assert costs == dict.fromkeys(costs, costs["ours"])
    sql = "SELECT count(*) FROM poolbench.pedido WHERE cliente = %s"
    assert ask(dsn, sql, f"{NAME}-0") == [(inserted,)]


@pytest.mark.parametrize("name", ADAPTERS)
def test_no_loop_counts_what_it_does_while_its_gate_does_not(name: str, dsn: str) -> None:
    with opened(name, dsn) as pool:
        for loop in (BARE_LOOPS[name], *LAYERS.values()):
            assert pool.operations_of(loop, counts=0) == 0
    rows = ask(dsn, "SELECT count(*) FROM poolbench.pedido WHERE cliente = %s", f"{NAME}-0")
    assert rows > [(len(LAYERS),)], "all of them inserted"


@pytest.mark.parametrize("loop", ["bare", *LAYERS])
def test_a_client_that_finds_no_connection_pauses_and_goes_on(loop: str, dsn: str) -> None:
    adapter = adapters.create("psycopg2", dsn, PoolOptions(min_size=1, max_size=1))
    executor = executor_for(adapter)
    executor.run(adapter.open)
    function = BARE_LOOPS["psycopg2"] if loop == "bare" else LAYERS[loop]
    slice_ = BareSlice(adapter, function, 3, NAME, 0.001, Gate(counts=1))
    slice_.start(executor)
    time.sleep(0.1)
    done = slice_.close()
    executor.run(adapter.close)
    sql = "SELECT count(*) FROM poolbench.pedido WHERE cliente LIKE %s"
    assert ask(dsn, sql, f"{NAME}-%") == [(done,)]
    assert done > 0
