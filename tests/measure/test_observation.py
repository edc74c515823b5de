"""A cell is observed while it is parked; a connection that is just ending is waited for."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.base import Traits, WhenExhausted
from runner.axes import PoolSize
from runner.measure import observation
from runner.measure.member import Member, Subject
from runner.measure.observation import (
    count_left,
    observe_closed,
    observe_finished,
    observe_opened,
    observe_parked,
    watch,
)
from runner.plan.contender import Contender, Driver
from runner.plan.tasks import Place
from runner.results.outcome import Change
from runner.server.connection import ServerLostError
from runner.server.dsn import ServerError
from runner.server.evidence import Answer, Evidence, OwnTable, TableState
from runner.server.pgbouncer import Gauges
from runner.server.schema import TableRows
from runner.server.statements import Activity
from runner.worker.protocol import Inspection, Opening, TurnOrder
from tests.builders import cell, taken_turn

if TYPE_CHECKING:
    from collections.abc import Sequence

CELL = cell(clients=4, pool_size=PoolSize(2, 2))


BEFORE = TableState({"kind of pedido": "r", "file of pedido": "1"}, 10_000, 1)
AFTER = TableState({"kind of pedido": "r", "file of pedido": "2"}, 10_007, 9)
ANSWER = (7, "7", "Cliente 7", "Pedido 7")


class Parked:
    """A worker that waits for its next order."""

    lives = True
    settings: dict[str, str] | None
    asked = 0

    def __init__(self) -> None:
        self.settings = {"jit": "on"}

    def rss(self) -> int:
        return 7_000_000

    def companions(self) -> list[str]:
        return ["sh"]

    def inspect(self) -> Inspection:
        self.asked += 1
        return Inspection(self.settings, transport="tls", answers=(ANSWER,))


class Answering:
    """A server that answers from a list, and from its last word on always the same."""

    def __init__(self, *numbers: int | None, lost: bool = False) -> None:
        self.numbers = list(numbers)
        self.gone = lost
        self.asked = 0

    lost: ServerLostError | None = None
    transparent = True

    def look(self) -> None:
        if self.gone:
            raise ServerLostError("gone")

    def connections(self, key: str, application_name: str) -> int | None:
        assert (key, application_name) == ("c001r01", "a cell")
        self.asked += 1
        if self.gone:
            raise ServerError("gone")
        return self.numbers.pop(0) if len(self.numbers) > 1 else self.numbers[0]

    def disconnected(self, application_name: str, timeout: float) -> bool | None:
        del application_name, timeout
        return None if self.numbers[0] is None else not self.numbers[0]

    def activity(self, key: str) -> Activity | None:
        del key
        return None if self.numbers[0] is None else Activity(4, 9)

    def evidence(self, key: str, answers: Sequence[Answer]) -> Evidence | None:
        del key
        own = OwnTable(BEFORE, AFTER, ids=5, beyond=2, seeded=9_999)
        return None if self.numbers[0] is None else Evidence(TableRows(3, 30), len(answers), own)


def member(
    *, bounded: bool = True, server: bool = True, workload: str = "insert", **axes: Any
) -> Member:
    traits = Traits(WhenExhausted.WAITS, bounded=bounded, server=server)
    driver = Driver("psycopg", "3", bounded=bounded)
    contender = Contender("psycopg3", "psycopg3", {}, traits, driver)
    run: Any = Parked()
    conditions = replace(CELL.conditions, workload=workload, **axes)
    subject = Subject(replace(CELL, conditions=conditions), Place(1, 1, 1), "c001r01", contender)
    return Member(subject, "a cell", run, turns=[taken_turn(1)])


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observation, "ATTEMPT_SECONDS", 0.0)


def parked(observed: Member, server: Any) -> Member:
    observe_parked(observed, server)
    return observed


def test_a_connection_too_many_is_asked_for_again_until_it_has_ended() -> None:
    server = Answering(3, 3, 2)
    seen = parked(member(), server).seen
    assert server.asked == 3
    assert (seen.connections_max, seen.connections_parked) == (3, 2)


def test_connections_that_stay_too_many_are_told_as_they_are() -> None:
    server = Answering(3)
    seen = parked(member(), server).seen
    assert server.asked == observation.ATTEMPTS
    assert (seen.connections_max, seen.connections_parked) == (3, 3)


def test_a_pool_without_a_bound_is_asked_for_once() -> None:
    server = Answering(9)
    assert parked(member(bounded=False), server).seen.connections_parked == 9
    assert server.asked == 1


def test_the_most_that_was_ever_seen_is_kept() -> None:
    observed = member()
    parked(observed, Answering(2))
    parked(observed, Answering(1))
    assert (observed.seen.connections_max, observed.seen.connections_parked) == (2, 2)
    assert observed.seen.rss == 7_000_000


def test_what_needs_no_server_asks_none() -> None:
    server = Answering(lost=True)
    assert parked(member(server=False), server).flags == {}
    assert server.asked == 0


def test_a_server_that_is_lost_is_noted_once() -> None:
    observed = member()
    server: Any = Answering(lost=True)
    parked(observed, server)
    context: Any = type("Context", (), {"server": server, "round_trip": staticmethod(lambda: 0.1)})
    observe_opened(observed, Opening(1.0, None), context)
    assert list(observed.flags) == ["server_lost"]
    assert observed.seen.first_connection_ms == 1.0
    assert observed.seen.connections_max is None


def test_a_server_that_is_left_alone_leaves_the_values_empty_and_no_flag() -> None:
    observed = member()
    server: Any = Answering(None)
    parked(observed, server)
    looked(observed, server, WARM_UP)
    observe_closed(observed, server)
    count_left(observed, server)
    seen = observed.seen
    assert observed.flags == {}
    assert seen.connections_max is seen.sessions_opened is seen.rows_found is None


def test_connections_that_do_not_leave_are_flagged_and_what_is_left_is_counted() -> None:
    observed = member()
    server: Any = Answering(1)
    observe_closed(observed, server)
    count_left(observed, server)
    assert list(observed.flags) == ["connections_left"]
    seen = observed.seen
    assert (seen.sessions_opened, seen.commits, seen.rows_found, seen.ids_found) == (4, 9, 3, 30)


def test_what_the_server_has_done_with_the_table_since_it_was_seeded_is_counted() -> None:
    observed = member()
    server: Any = Answering(1)
    count_left(observed, server)
    seen = observed.seen
    assert (seen.ids_drawn, seen.rows_beyond, seen.rows_seeded) == (5, 2, 9_999)
    assert (seen.writes, seen.lookups) == (7, 8)
    assert seen.database_changes == (Change("file of pedido", "1", "2"),)


# While it works


def looked(
    observed: Member, server: Any, order: TurnOrder, *, uncut: bool = False, times: int = 3
) -> list[float]:
    """Look that often in a turn, and list the pauses until the next look."""
    look = watch(observed, order, server, uncut=uncut)
    return [look() for _ in range(times)] if look else []


WARM_UP = TurnOrder(0, 0.0, 60.0)
TURN = TurnOrder(1, 60.0, 60.0)


def test_the_connections_of_a_cell_that_works_are_counted_and_the_most_are_kept() -> None:
    observed, server = member(), Answering(2, 15, 1)
    assert looked(observed, server, WARM_UP) == [observation.WATCH_SECONDS] * 3
    assert observed.seen.connections_max == 15
    assert observed.seen.connections_parked is None, "of a parked pool nothing is known yet"
    parked(observed, Answering(5))
    assert observed.seen == replace(observed.seen, connections_max=15, connections_parked=5)


def test_no_turn_that_a_rate_comes_from_is_disturbed() -> None:
    server = Answering(9)
    turns: dict[str, Any] = {"turn": 0.35, "lead_in": 0.1, "duration": 1.0}
    assert looked(member(**turns), server, TURN) == []
    assert looked(member(server=False, **turns), server, WARM_UP) == []
    assert server.asked == 0
    assert looked(member(**turns), server, TURN, uncut=True)
    assert looked(member(turn=0.0), server, TURN), "in the lead-in of the only turn"
    asked = server.asked
    over = TurnOrder(1, observation.WATCH_SECONDS, 60.0)
    assert looked(member(turn=0.0), server, over) == [math.inf] * 3, "the lead-in is over"
    assert server.asked == asked


def test_a_server_that_is_lost_is_asked_once_in_a_turn() -> None:
    observed, server = member(), Answering(0, lost=True)
    assert looked(observed, server, WARM_UP)[1:] == [math.inf] * 2
    assert server.asked == 1
    assert list(observed.flags) == ["server_lost"]


def test_a_cell_without_a_turn_is_flagged_too_where_its_server_is_lost() -> None:
    observed = replace(member(), turns=[])
    server: Any = Answering(1)
    count_left(observed, server)
    assert observed.flags == {}
    server.lost = ServerLostError("gone")
    count_left(observed, server)
    assert list(observed.flags) == ["server_lost"]
    unopened = replace(member(), turns=[])
    lost: Any = Answering(1, lost=True)
    count_left(unopened, lost)
    assert list(unopened.flags) == ["server_lost"], "it is the first to ask"


def test_behind_a_pooler_nothing_tells_whether_clients_are_encrypted() -> None:
    direct, pooled = opened(member()), opened(member(), transparent=False)
    assert (direct.seen.transport, pooled.seen.transport) == ("tls", None)


def test_of_a_session_that_is_lent_no_settings_are_kept() -> None:
    assert opened(member(pooler="session")).seen.settings == {"jit": "on"}
    assert opened(member(pooler="transaction")).seen.settings is None


class Pooler:
    """A pooler whose clients wait less and less."""

    def __init__(self) -> None:
        self.waits = [0.3, 0.2, 0.1]

    def gauges(self) -> Gauges:
        return Gauges(2, self.waits.pop(0))


def test_the_longest_wait_in_a_pooler_is_that_after_the_warm_up() -> None:
    """In the warm-up clients wait for its first sessions."""
    observed, server = member(), Answering(7)
    between: Any = Pooler()
    observed.pooler = between
    looked(observed, server, WARM_UP)
    assert (observed.seen.connections_max, observed.seen.pooler_maxwait) == (2, None)
    between.waits = [0.2, 0.1]
    parked(parked(observed, server), server)
    assert (observed.seen.connections_parked, observed.seen.pooler_maxwait) == (2, 0.2)
    assert server.asked == 0, "the server sees the pooler's own"


# The last time that it is parked


def opened(observed: Member, *, transparent: bool = True) -> Member:
    server = Answering(2)
    server.transparent = transparent
    context: Any = type("Context", (), {"server": server, "round_trip": lambda: 0.1})
    observe_opened(observed, Opening(1.0, None), context)
    return observed


def test_settings_that_changed_between_the_opening_and_the_end_are_noted() -> None:
    observed = opened(member())
    run: Any = observed.run
    run.settings = {"jit": "off"}
    observe_finished(observed)
    assert observed.seen.settings_changes == (Change("jit", "on", "off"),)
    assert observed.seen.companions == ("sh",)


def test_settings_that_are_not_known_at_one_of_the_two_have_not_changed() -> None:
    observed = opened(member())
    run: Any = observed.run
    run.settings = None
    observe_finished(observed)
    assert observed.seen.settings_changes == ()


def test_a_worker_that_has_ended_is_asked_nothing() -> None:
    observed = member()
    run: Any = observed.run
    run.lives = False
    observe_finished(observed)
    assert (observed.seen.companions, run.asked) == ((), 0)


def test_what_needs_no_server_has_no_settings() -> None:
    observed = member(server=False)
    observe_finished(observed)
    run: Any = observed.run
    assert (observed.seen.companions, run.asked) == (("sh",), 0)


@pytest.mark.parametrize(("workload", "answers"), [("read", 1), ("mixed", 0)])
def test_answers_are_held_against_rows_that_nobody_changes(workload: str, answers: int) -> None:
    observed = member(workload=workload)
    observe_finished(observed)
    server: Any = Answering(1)
    count_left(observed, server)
    assert (observed.seen.answers, observed.seen.answers_wrong) == (answers, answers)
