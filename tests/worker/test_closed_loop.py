"""The closed loop with a think time: a pause between two operations, and none before the first."""

from __future__ import annotations

from random import Random

from adapters import step
from runner.worker.client import Client, Load, client
from runner.worker.closed_loop import thinking
from runner.worker.tally import Tally
from runner.worker.window import FOREVER, Window
from runner.workloads import WORKLOADS, Ledger
from tests.fakes.broken import Scripted


class Napping(Scripted):
    """Notes the pauses of its clients and takes none."""

    def __init__(self, script: str) -> None:
        super().__init__(script)
        self.pauses: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


def play(script: str, think_time: float, error_pause: float = 0.0) -> tuple[Napping, Client]:
    pool, window = Napping(script), Window(0, FOREVER, len(script))
    load = Load(WORKLOADS["insert"], error_pause=error_pause, between=thinking(think_time))
    ledger = Ledger("c1-0", Random(1))
    me = Client(0, pool, load, window, ledger, Tally(window, 1), Random(2), capacity=64)
    step(client(me))
    return pool, me


def test_a_client_thinks_between_its_operations_and_not_before_the_first() -> None:
    pool, me = play("...", 0.5)
    assert pool.pauses == [0.5, 0.5]
    assert len(me.pauses) == 4, "both pauses are accounted for"
    second = me.times()[1]
    assert second[0] >= me.pauses[1], "an operation begins when the pause is over"
    assert second[0] == second[1], "and the clock is read once for it"


def test_a_client_thinks_after_a_failure_too_when_its_error_pause_is_over() -> None:
    pool, _ = play("x.q.", 0.5, error_pause=0.25)
    assert pool.pauses == [0.25, 0.5, 0.5, 0.25, 0.5]


def test_without_a_think_time_there_is_nothing_to_wait_for() -> None:
    assert thinking(0.0) is None
    pool, _ = play("...", 0.0)
    assert pool.pauses == []
