"""What drills play in a worker says what happened, on a home-made pool and on a real one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import adapters
from adapters import PoolOptions
from runner.drills import broken, cancellation, exhaustion, hygiene, leak, schema_change
from runner.drills.capacity import COUNTS, Capacity, capacity
from runner.measure.disturbance import Target, disturbed
from runner.measure.faults import kill
from tests.fakes.home_made import Generous, HomeMade

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    import pytest

    from adapters.base import PoolAdapter
    from runner.measure.faults.kill import Kill
    from runner.server.embedded import EmbeddedServer

NAME = "poolbench test played"
SIZE = 3


class Told:
    """The runner's side of what is played: it does what it is told to, and says so."""

    def __init__(self, does: Callable[[], dict[str, Any]] = dict) -> None:
        self._does = does
        self._answer: dict[str, Any] = {}

    async def tell(self, name: str, **facts: Any) -> None:
        del name, facts
        self._answer = self._does()

    async def wait_for(self, name: str) -> dict[str, Any]:
        del name
        return self._answer


def played(
    pool: PoolAdapter[Any], function: Callable[..., Coroutine[Any, Any, Any]], **arguments: Any
) -> Any:
    events = arguments.pop("events", Told())

    async def plays(opened: PoolAdapter[Any]) -> Any:
        return await function(opened, events, **arguments)

    return adapters.play(plays, pool)


def home_made(dsn: str, kind: type[HomeMade] = HomeMade, size: int = SIZE) -> HomeMade:
    return kind(dsn, PoolOptions(min_size=size, max_size=size, timeout=0.2))


def test_whoever_asks_an_exhausted_pool_is_told(dsn: str) -> None:
    for function in (exhaustion.one_more, exhaustion.second_each):
        outcome = played(home_made(dsn), function, size=SIZE)
        assert outcome["exception"].startswith("tests.fakes.home_made.ExhaustedError: ")
        assert outcome["seconds"] >= 0.2
        assert "exception" not in played(home_made(dsn, Generous), function, size=SIZE)


def test_what_is_leaked_is_missing(dsn: str) -> None:
    for hold in (True, False):
        outcome = played(home_made(dsn), leak.leak, size=SIZE, hold=hold)
        assert "ExhaustedError" in outcome["exception"]
    leak._held.clear()


def test_a_mess_is_left_and_looked_for_on_the_same_connection(dsn: str) -> None:
    mess = hygiene.MESSES["aborted transaction"]

    async def both(pool: PoolAdapter[Any], events: Any) -> tuple[Any, Any]:
        left = await hygiene.leave(pool, events, list(mess.statements))
        question = hygiene.MESSES["SET"].question
        return left, await hygiene.borrow(pool, events, left["pid"], question)

    left, seen = played(home_made(dsn, size=1), both)
    assert "DivisionByZero" in left["exception"]
    assert seen == {"left": False}


def test_a_pool_that_prepares_nothing_survives_a_changed_schema(dsn: str) -> None:
    options = PoolOptions(
        min_size=SIZE, max_size=SIZE, timeout=5.0, extra={"prepare_threshold": None}
    )
    outcomes = played(adapters.create("psycopg3", dsn, options), schema_change.change, size=SIZE)
    assert outcomes == [{"failures": 0, "healthy": True}] * 2


def test_connections_that_were_killed_are_counted_until_all_is_well(
    server: EmbeddedServer, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broken, "ATTEMPTS", 4)
    target = Target(server, NAME)

    kinds = {"idle": kill.idle(), "in use": kill.idle(), "in a transaction": kill.in_transaction()}

    for held, killed in kinds.items():

        def breaks(killed: Kill = killed) -> dict[str, Any]:
            with disturbed(killed, target):
                return {}

        pool, events = home_made(server_dsn(dsn)), Told(breaks)
        outcome = played(pool, broken.survive, events=events, size=SIZE, held=held, limit=2.0)
        assert not outcome["healthy"]
        assert outcome["failures"] > 0
        assert outcome["capacity"] == 0


def server_dsn(dsn: str) -> str:
    from runner.server.dsn import uri

    return uri(dsn, application_name=NAME)


def test_tasks_are_cancelled_in_each_way_and_the_pool_is_counted_afterwards(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cancellation, "TASKS", 60)
    options = PoolOptions(min_size=SIZE, max_size=SIZE, timeout=10.0)
    for function in (cancellation.waiting, cancellation.querying, cancellation.any_moment):
        pool = adapters.create("asyncpg", dsn, options)
        events = Told(lambda: {"running": 0})
        outcome = played(pool, function, events=events, size=SIZE)
        assert {"connections", "failures"} <= outcome.keys()
        assert outcome["connections"] + outcome["failures"] > 0


def test_the_capacity_is_what_can_be_out_and_answers(dsn: str) -> None:
    async def asked(pool: PoolAdapter[Any], events: Any) -> tuple[Capacity, Capacity]:
        del events
        return await capacity(pool, SIZE), await capacity(pool, SIZE + 1)

    assert played(home_made(dsn), partial(asked)) == ((SIZE, 0), (SIZE, COUNTS - 1))
