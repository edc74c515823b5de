"""A member knows what its worker needs, what was seen of it, and makes its row of that."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.base import Traits, WhenExhausted
from runner.measure.member import CUT_SHORT, Member, Subject
from runner.messages import said
from runner.plan.contender import Contender, Driver
from runner.plan.schedule import windows
from runner.plan.tasks import Place
from runner.results.row import Status
from runner.worker.protocol import TurnOrder
from tests.builders import cell, turn_record

if TYPE_CHECKING:
    from runner.worker.protocol import TurnRecord

CONTENDER = Contender(
    "mine",
    "psycopg3",
    {"max_waiting": 7},
    Traits(WhenExhausted.WAITS),
    Driver("psycopg", "3.3.9"),
)
WARM_UP, TURN = TurnOrder(0, 0.0, length=0.1), TurnOrder(1, 0.1, length=0.4)
FOUR_TURNS: dict[str, Any] = {"turn": 0.35, "lead_in": 0.1, "duration": 1.0}


def member(*turns: tuple[TurnOrder, TurnRecord], status: Status = Status.OK, **axes: Any) -> Member:
    """Make a member whose worker has taken these turns."""
    counted = None
    for order, record in turns:
        if order.number:
            counted = counted.then(record) if counted else record
    run: Any = SimpleNamespace(taken=list(turns), counted=counted, status=status, reason=None)
    subject = Subject(cell("mine", **axes), Place(1, 2, 3), "c001r02", CONTENDER)
    return Member(subject, "poolbench test c001r02", run)


def test_the_order_of_a_worker_follows_from_conditions_and_contender() -> None:
    subject = member(cpus="one", leak=0.5, leak_reference="keep", clients=7).subject
    order = subject.order("seed", [0, 3])
    assert (order.adapter, order.options) == ("psycopg3", {"max_waiting": 7})
    assert (order.name, order.seed, order.dsn) == ("c001r02", "seed", "")
    assert (order.clients, order.leak, order.keep_leaked) == (7, 0.5, True)
    assert (order.min_size, order.max_size, order.timeout) == (5, 5, 0.5)
    assert order.cpus == (0, 3)


def test_a_worker_that_may_use_every_core_is_kept_to_none() -> None:
    assert member(cpus="all").subject.order("seed", [0, 3]).cpus == ()


@pytest.mark.parametrize(("turns", "flagged"), [(0, False), (1, True), (3, True), (4, False)])
def test_a_cell_with_fewer_turns_than_it_should_have_was_cut_short(
    turns: int,
    flagged: bool,  # noqa: FBT001
) -> None:
    taken = [(TURN, turn_record())] * turns
    cut = member((WARM_UP, turn_record()), *taken, **FOUR_TURNS)
    assert windows(cut.subject.cell)[0] == 4
    cut.cut_short()
    assert (CUT_SHORT in cut.flags) is flagged


def test_a_cell_without_a_turn_that_counts_has_no_row_unless_it_failed() -> None:
    assert member((TURN, turn_record())).has_row
    assert not member((WARM_UP, turn_record())).has_row
    assert member(status=Status.FAILED).has_row


def test_a_row_counts_the_window_once_and_the_writes_of_every_turn() -> None:
    warm_up = turn_record((3,), inserted=3, ids=30, finished=3)
    measured = turn_record((5,), inserted=5, ids=50, finished=6)
    row = member((WARM_UP, warm_up), (TURN, measured), clients=1).result([])
    assert (row.ok, row.turns) == (5, 1)
    assert row.rows_inserted == 8
    assert (row.session, row.round, row.position) == (1, 2, 3)
    assert (row.driver, row.driver_version) == ("psycopg", "3.3.9")


def test_observations_and_flags_reach_the_row_in_their_order() -> None:
    seen = member((TURN, turn_record()))
    seen.see(connections_max=4)
    seen.see(rss=5_000_000)
    for flag in ("late", "server_lost", "late"):
        seen.flag(flag)
    row = seen.result([])
    assert (row.connections_max, row.client_rss_mb) == (4, 5.0)
    assert row.flags.split()[:2] == ["late", "server_lost"]


def test_no_secret_reaches_a_row() -> None:
    failed = member(
        (TURN, turn_record(messages={"query_failed": {"sekret is no password": 1}})),
        status=Status.FAILED,
    )
    failed.run.reason = said("open: sekret was refused")
    row = failed.result(["sekret"])
    assert row.reason == said("open: *** was refused")
    assert "sekret" not in row.examples
    assert "***" in row.examples
