"""A worker starts its pool with patience, and the time between its orders is apart."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import asdict, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, LiteralString

import pytest
from psycopg_pool import PoolTimeout

from adapters.base import Failure
from adapters.noop import Noop, NoopConnection
from runner.worker import worker as module
from runner.worker.protocol import SLICES, Inspection, TurnOrder
from runner.worker.worker import Worker
from tests.builders import OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import Part, Row

BURNT = 0.2
TURN = asdict(TurnOrder(1, 0.0, 0.2))


class LateError(Exception):
    """No connection came in time."""


class LateAtFirst(Noop):
    """Is asked twice before it can serve, as on a machine that is busy."""

    asked = 0
    called: Failure | None = Failure.POOL_TIMEOUT

    async def acquire(self) -> NoopConnection:
        self.asked += 1
        if self.asked <= 2:
            raise LateError(f"time-out {self.asked}")
        return await super().acquire()

    def classify(
        self, error: Exception, during: Part, connection: NoopConnection | None
    ) -> Failure | None:
        del during, connection
        return self.called if isinstance(error, LateError) else None


class RefusedAtFirst(LateAtFirst):
    """The same, but the server refused: no connection was late."""

    called = Failure.CONNECTION_REFUSED


def opened(adapter: str) -> Worker:
    order = replace(OPEN, adapter=adapter, timeout=0.1, workload="checkout", clients=1)
    worker = Worker()
    worker.open(asdict(order))
    return worker


def burn(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def parked(answer: dict[str, Any]) -> tuple[float, float]:
    return answer["parked"] / 1e9, answer["parked_cpu"] / 1e9


def test_what_is_spent_from_the_answer_to_the_next_order_is_of_the_parked_process() -> None:
    worker = opened("noop")
    assert parked(worker.turn(TURN)) == (0, 0), "it was never parked before"
    worker.park()
    burn(BURNT)
    lasted, spent = parked(worker.turn(TURN))
    assert lasted >= spent * 0.99
    assert spent >= BURNT


def test_what_is_spent_before_the_answer_is_out_is_not() -> None:
    worker = opened("noop")
    worker.turn(TURN)
    burn(BURNT)
    worker.park()
    _, spent = parked(worker.turn(TURN))
    assert spent < BURNT / 2


def test_every_success_of_a_turn_is_in_a_tenth_of_its_window() -> None:
    answer = opened("noop").turn(TURN)
    assert len(answer["slices"]) == SLICES
    assert sum(answer["slices"]) == sum(answer["ok"])


def test_a_pool_that_is_late_at_its_start_is_asked_again() -> None:
    assert opened("tests.worker.test_worker:LateAtFirst").turn(TURN)["weight"] > 0


def test_a_pool_that_is_refused_at_its_start_is_not_asked_again() -> None:
    with pytest.raises(LateError, match="time-out 1"):
        opened("tests.worker.test_worker:RefusedAtFirst")


class Exhausted(Noop):
    """Gives no session, when it is asked for its settings."""

    async def acquire(self) -> NoopConnection:
        raise LateError("none is free")

    async def check(self) -> None:
        """Claim to serve."""


def test_a_pool_that_gives_no_session_has_settings_that_are_not_known() -> None:
    told = opened("tests.worker.test_worker:Exhausted").inspect({})
    assert Inspection.from_json(told) == Inspection(settings=None, transport=None, answers=())


class Answering(Noop):
    """Tells of itself in types that are its own."""

    async def acquire(self) -> NoopConnection:
        return AnsweringConnection()


class AnsweringConnection(NoopConnection):
    """Answers with what JSON does not know."""

    async def fetch(self, sql: LiteralString, *args: object) -> Sequence[Row]:
        del sql, args
        return [("jit", Decimal(1))]

    async def fetchrow(self, sql: LiteralString, *args: object) -> Row | None:
        del sql
        return (Decimal(args[0]), "c", b"d", None) if args else None  # type: ignore[arg-type]


def test_answers_of_all_turns_are_told_in_texts() -> None:
    order = replace(OPEN, adapter="tests.worker.test_worker:Answering", workload="read")
    worker = Worker()
    worker.open(asdict(order))
    for number in (1, 2):
        worker.turn(asdict(TurnOrder(number, 0.0, operations=640)))
    told = Inspection.from_json(json.loads(json.dumps(worker.inspect({}))))
    assert told.settings == {"jit": "1"}
    assert 20 < len(told.answers) < 80, "of 2,560 answers one in 64"
    assert all(answer == (answer[0], str(answer[0]), "c", "b'd'") for answer in told.answers)


def refuse(connection: object) -> None:
    """Configure no connection."""
    raise ConnectionAbortedError(f"no connection is right, {type(connection).__name__} neither")


def test_a_pool_that_only_times_out_is_explained_by_its_own_log(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "START_NANOSECONDS", 0)
    options = {"configure": "tests.worker.test_worker:refuse"}
    worker = Worker()
    with pytest.raises(PoolTimeout) as failed:
        worker.open(asdict(replace(OPEN, adapter="psycopg3", dsn=dsn, options=options)))
    worker.close({})
    [note] = failed.value.__notes__
    assert note.startswith("its log: psycopg.pool: error connecting in ")
    assert note.endswith("no connection is right, Connection neither")
    assert not logging.getLogger().handlers or "LastWarning" not in repr(
        logging.getLogger().handlers
    )
