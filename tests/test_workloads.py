"""Clients do their statements in the shares that the documents promise."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, LiteralString

import pytest

from adapters import step
from adapters.noop import NoopConnection
from runner.workloads import (
    MIX,
    SEEDED_ROWS,
    WORKLOADS,
    Ledger,
    Workload,
    WrongAnswerError,
)

if TYPE_CHECKING:
    from adapters.base import Row


class Listening(NoopConnection):
    """Notes the first word of every statement."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        self.heard[sql.split()[0]] += 1
        return await super().fetchrow(sql, *args)

    async def execute(self, sql: LiteralString, *args: object) -> int:
        self.heard[sql.split()[0]] += 1
        return await super().execute(sql, *args)


def test_mixed_keeps_its_shares_in_every_twenty_operations() -> None:
    for seed in range(50):
        connection, ledger = Listening(), Ledger("c1-0", Random(seed))
        for _ in range(len(MIX)):
            step_of(WORKLOADS["mixed"], connection, ledger)
        assert connection.heard == {"SELECT": 16, "INSERT": 2, "UPDATE": 1, "DELETE": 1}
        assert (ledger.inserted, ledger.deleted) == (2, 1), "the first delete finds a row"


def step_of(work: Workload, connection: NoopConnection, ledger: Ledger) -> None:
    async def once() -> None:
        await work(connection, ledger)

    step(once())


def test_two_adapters_read_the_same_keys() -> None:
    one, other = (Ledger("c1-0", Random("7/1/insert-c10")) for _ in range(2))
    keys = [one.key() for _ in range(1000)]
    assert keys == [other.key() for _ in range(1000)]
    assert min(keys) >= 1
    assert max(keys) <= SEEDED_ROWS


def test_one_answer_in_64_of_read_is_kept_with_the_id_that_was_asked_for() -> None:
    ledger = Ledger("c1-0", Random(7))
    for _ in range(64 * 200):
        step_of(WORKLOADS["read"], NoopConnection(), ledger)
    assert 150 < len(ledger.answers) < 250
    assert len({key % 64 for key, *_ in ledger.answers}) > 32, "no id says that it is one of them"
    assert {tuple(row) for _, *row in ledger.answers} == {(1, "noop", "noop")}


@pytest.mark.parametrize(("workload", "updates"), [("transaction", 20), ("mixed", 1), ("read", 0)])
def test_updates_that_are_sent_are_counted(workload: str, updates: int) -> None:
    ledger = Ledger("c1-0", Random(7))
    for _ in range(20):
        step_of(WORKLOADS[workload], NoopConnection(), ledger)
    assert ledger.updates == updates


class Forgetful(NoopConnection):
    """Finds nothing."""

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        return None if sql.startswith("SELECT") else await super().fetchrow(sql, *args)

    async def fetch(self, sql: LiteralString, *args: object) -> list[Row]:
        del sql, args
        return []

    async def execute(self, sql: LiteralString, *args: object) -> int:
        del sql, args
        return 0


class Silent(NoopConnection):
    """Tells no number of rows."""

    async def execute(self, sql: LiteralString, *args: object) -> None:  # type: ignore[override]
        del sql, args


@pytest.mark.parametrize("workload", ["mixed", "transaction"])
def test_a_driver_that_tells_no_number_of_rows_is_not_taken_for_a_liar(workload: str) -> None:
    ledger = Ledger("c1-0", Random(1))
    for _ in range(len(MIX)):
        step_of(WORKLOADS[workload], Silent(), ledger)
    assert ledger.updates
    assert ledger.lost == ledger.uncertain == 0


@pytest.mark.parametrize("workload", ["read", "list", "mixed", "transaction"])
def test_an_answer_that_cannot_be_true_is_not_counted_as_work(workload: str) -> None:
    ledger = Ledger("c1-0", Random(1))

    def one_mix() -> None:
        for _ in range(len(MIX)):
            step_of(WORKLOADS[workload], Forgetful(), ledger)

    with pytest.raises(WrongAnswerError):
        one_mix()


def test_a_write_without_an_answer_is_uncertain_and_one_that_was_refused_is_not() -> None:
    ledger = Ledger("c1-0", Random(1))
    ledger.begun += 1
    ledger.failed(answered=False)
    ledger.begun += 1
    ledger.failed(answered=True)
    ledger.begun += 1
    ledger.inserted += 1
    ledger.begun += 1
    assert ledger.uncertain == 2, "the lost one and the one under way"
    ledger.failed(answered=True)
    assert ledger.uncertain == 1
