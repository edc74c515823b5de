"""The cost of an operation on the wire is counted the same every time, or the reason is given."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.base import Traits, WhenExhausted
from adapters.noop import Noop
from adapters.psycopg3_pool import Psycopg3Pool
from runner.config.model import Config
from runner.experiment import contenders
from runner.measure import round_trips
from runner.measure.context import Context
from runner.plan.matrix import expand
from runner.report.catalogue import text
from runner.results.round_trips import RoundTrips
from runner.results.run_folder import RunFolder
from runner.roles import CONTROL, Role
from runner.server.dsn import ServerError
from runner.server.external import ExternalServer
from runner.supervision.interrupts import Interrupted, Interrupts
from runner.supervision.watchdog import Watchdog
from tests.fakes import broken
from tests.processes import workers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from adapters.psycopg3_pool import Psycopg3Connection
    from runner.plan.plan import Cell
    from runner.server.embedded import EmbeddedServer

POOLS = ["psycopg2", "psycopg3", "asyncpg"]
ON_A_SERVER = Traits(WhenExhausted.WAITS)


class Crashing(broken.Crashing):
    """Dies in the first turn."""

    traits = ON_A_SERVER


class Closed(broken.Closed):
    """Does not open."""

    traits = ON_A_SERVER


class Hanging(broken.Hanging):
    """Some of its operations never end."""

    traits = ON_A_SERVER


class Buggy(broken.Buggy):
    """Raises what no driver raises."""

    traits = ON_A_SERVER


class Absent(Noop):
    """Says that it needs a server, and never connects."""

    traits = ON_A_SERVER


class Chatty(Psycopg3Pool):
    """Asks something of its own whenever a connection comes back."""

    async def release(self, connection: Psycopg3Connection) -> None:
        connection.raw.execute("SELECT 1")
        await super().release(connection)


class Desk:
    """The place in which a test counts: the suite's server, with a watchdog of its own."""

    def __init__(self, server: EmbeddedServer, logs: Path) -> None:
        self.server: Any = server
        self.logs = logs
        self.interrupts = Interrupts()

    def count(self, adapters: list[str], *workloads: str) -> dict[tuple[str, str], RoundTrips]:
        """Return the lines by adapter and workload."""
        matrix = {"adapter": adapters, "workload": list(workloads) or ["insert"], "clients": [1, 3]}
        config = Config.model_validate({"matrix": matrix})
        known = contenders.resolve(config, contenders.classes(config))
        cells: list[Cell] = [*expand(config, known, affinity=True).cells]
        cells.append(replace(cells[0], contender=CONTROL, role=Role.CONTROL))
        with Watchdog() as watchdog:
            context = Context(
                contenders=known,
                server=self.server,
                run_folder=RunFolder(self.logs),
                watchdog=watchdog,
                interrupts=self.interrupts,
                logs=self.logs,
                run="test",
                seed=1,
                session=1,
                deadline=None,
                cores=(),
            )
            lines = round_trips.count(cells, context)
        assert len(lines) == len({(line.adapter, line.workload) for line in lines})
        return {(line.adapter, line.workload): line for line in lines}


@pytest.fixture
def desk(server: EmbeddedServer, tmp_path: Path) -> Iterator[Desk]:
    before = set(server._databases)
    yield Desk(server, tmp_path)
    assert set(server._databases) == before
    assert not [thread for thread in threading.enumerate() if thread.name == "relay"]
    assert not workers()


def number(value: float | None) -> float:
    assert value is not None
    return value


def per_op(line: RoundTrips) -> tuple[float, ...]:
    return (
        number(line.exchanges_per_op),
        number(line.ready_for_query_per_op),
        number(line.bytes_sent_per_op),
        number(line.bytes_received_per_op),
    )


def test_every_operation_is_paid_for_and_a_transaction_costs_more(desk: Desk) -> None:
    found = desk.count(POOLS, "checkout", "insert", "transaction")
    assert list(found) == [
        (name, load) for load in ("checkout", "insert", "transaction") for name in POOLS
    ]
    for name in POOLS:
        checkout, insert, transaction = (
            found[name, load] for load in ("checkout", "insert", "transaction")
        )
        assert not any((checkout.reason, insert.reason, transaction.reason))
        assert per_op(checkout) == (0, 0, 0, 0), "an idle pool says nothing"
        assert all(cost >= 1 for cost in per_op(insert))
        assert all(
            more > less for more, less in zip(per_op(transaction), per_op(insert), strict=True)
        )
        for line in (checkout, insert, transaction):
            assert number(line.connect_exchanges) >= 1
            assert line.connect_ready_for_query == 1
            assert number(line.connect_bytes_sent) > 0
            assert number(line.connect_bytes_received) > 0
            assert line.operations == round_trips.OPERATIONS


def test_the_same_is_counted_every_time(desk: Desk) -> None:
    first, again = desk.count(POOLS, "mixed"), desk.count(POOLS, "mixed")
    for key, line in first.items():
        assert per_op(line) == per_op(again[key])
        assert line.connect_exchanges == again[key].connect_exchanges


def test_who_connects_for_every_operation_pays_for_it_in_every_operation(desk: Desk) -> None:
    found = desk.count(["psycopg2", "psycopg2-direct"])
    pooled, direct = found["psycopg2", "insert"], found["psycopg2-direct", "insert"]
    assert direct.connect_exchanges == pooled.connect_exchanges
    paid = number(pooled.exchanges_per_op) + number(pooled.connect_exchanges)
    assert number(direct.exchanges_per_op) == paid


def test_a_query_in_release_is_seen(desk: Desk) -> None:
    found = desk.count(["psycopg3", "tests.measure.test_round_trips:Chatty"])
    plain, chatty = (
        found["psycopg3", "insert"],
        found["tests.measure.test_round_trips:Chatty", "insert"],
    )
    assert number(chatty.exchanges_per_op) == number(plain.exchanges_per_op) + 1
    assert number(chatty.ready_for_query_per_op) == number(plain.ready_for_query_per_op) + 1


def test_what_goes_wrong_is_a_reason_and_the_others_are_counted(desk: Desk) -> None:
    reasons = {
        "Crashing": "SIGSEGV",
        "Closed": "nobody listens there",
        "Buggy": "a bug in an adapter",
        "Absent": "it did not connect",
        "Telling": "client:***@",
    }
    names = [f"tests.measure.test_round_trips:{name}" for name in reasons if name != "Telling"]
    names.append("tests.fakes.broken:Telling")
    found = desk.count([*names, "noop", "psycopg3"])
    assert len(found) == len(names) + 1, "what needs no server has no line"
    for name, words in zip(names, reasons.values(), strict=True):
        line = found[name, "insert"]
        assert line == RoundTrips(name, "equal", "insert", reason=line.reason)
        assert words in text(line.reason)
        assert desk.server.secrets[0] not in text(line.reason)
    assert not found["psycopg3", "insert"].reason


def test_a_client_that_never_comes_back_is_a_reason(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(round_trips, "TURN_SECONDS", 1.0)
    (line,) = desk.count(["tests.measure.test_round_trips:Hanging"]).values()
    assert text(line.reason) == "1 of 1 clients never came back"


def test_a_server_that_is_lost_is_a_reason(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def prepare(keys: list[str]) -> None:
        raise ServerError(f"no connection for {keys}")

    monkeypatch.setattr(desk.server, "prepare", prepare)
    found = desk.count(["psycopg2"])
    assert text(found["psycopg2", "insert"].reason) == "no connection for ['w001']"


def test_nothing_is_asked_of_a_server_that_was_given_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = desk.server.prepare

    def prepare_and_lose(keys: list[str]) -> None:
        prepare(keys)
        monkeypatch.setattr(desk.server, "_lost", "it was restarted")

    monkeypatch.setattr(desk.server, "prepare", prepare_and_lose)
    with monkeypatch.context() as undone:
        undone.setattr(round_trips, "_discard", lambda *_: None)
        found = desk.count(["psycopg2"])
    assert text(found["psycopg2", "insert"].reason) == "it was restarted"
    monkeypatch.undo()
    desk.server.discard(["w001"])


def test_an_interrupt_ends_it_and_leaves_nothing(desk: Desk) -> None:
    with desk.interrupts:
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(Interrupted):
            desk.count(["psycopg2", "psycopg3"])


def test_a_server_of_somebody_else_is_counted_too(desk: Desk, server: EmbeddedServer) -> None:
    (ours,) = desk.count(["psycopg3"]).values()
    with server._asking() as connection:
        connection.execute("CREATE DATABASE counted OWNER client")
    try:
        with ExternalServer(server._uri("client", "counted")) as desk.server:
            (theirs,) = desk.count(["psycopg3"]).values()
    finally:
        with server._asking() as connection:
            connection.execute("DROP DATABASE counted WITH (FORCE)")
    assert per_op(theirs) == per_op(ours)
