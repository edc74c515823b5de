"""A member knows what its worker needs, what was seen of it, and makes its row of that."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.base import Traits, WhenExhausted
from runner.measure.member import Member, Subject
from runner.messages import said
from runner.plan.contender import Contender, Driver
from runner.plan.tasks import Place
from runner.report.catalogue import text
from runner.results import row_builder
from runner.results.kept_text import LONGEST
from runner.results.outcome import CUT_SHORT
from runner.results.row import Status
from tests.builders import cell, taken_turn, turn_record

if TYPE_CHECKING:
    from runner.results.taken_turn import TakenTurn

CONTENDER = Contender(
    "mine",
    "psycopg3",
    {"max_waiting": 7},
    Traits(WhenExhausted.WAITS),
    Driver("psycopg", "3.3.9"),
)
SEVERAL_TURNS: dict[str, Any] = {"turn": 0.35, "lead_in": 0.1, "duration": 1.0}


def member(*turns: TakenTurn, status: Status = Status.OK, **axes: Any) -> Member:
    """Make a member that has taken these turns."""
    run: Any = SimpleNamespace(status=status, reason=None)
    subject = Subject(cell("mine", **axes), Place(1, 2, 3), "c001r02", CONTENDER)
    measured = Member(subject, "poolbench test c001r02", run)
    for turn in turns:
        measured.keep(turn)
    return measured


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


@pytest.mark.parametrize(
    ("uncut", "turns", "flagged"),
    [
        *((0.0, 0, False), (0.0, 1, True), (0.0, 3, True), (0.0, 4, False)),
        *((0.5, 4, True), (0.5, 5, False)),
    ],
)
def test_a_cell_with_fewer_turns_than_it_should_have_was_cut_short(
    uncut: float,
    turns: int,
    flagged: bool,  # noqa: FBT001
) -> None:
    taken = [taken_turn(number) for number in range(turns + 1)]
    cut = member(*taken, taken_turn(9, replaced=True), uncut=uncut, **SEVERAL_TURNS)
    cut.cut_short()
    assert (CUT_SHORT in cut.flags) is flagged


@pytest.mark.parametrize(
    ("cores", "used", "flagged"),
    [(1, 0.46, True), (1, 0.44, False), (2, 0.46, False), (None, 0.5, False), (1, None, False)],
)
def test_a_server_that_used_up_its_own_cores_is_said_to_be_the_limit(
    cores: int | None,
    used: float | None,
    flagged: bool,  # noqa: FBT001
) -> None:
    """Turns of half a second, the lead-in included; the uncut one and the warm-up do not count."""
    idle = [taken_turn(0, server_cpu=0.0), taken_turn(4, server_cpu=0.0, uncut=True)]
    measured = member(*idle, *(taken_turn(number, server_cpu=used) for number in (1, 2, 3)))
    measured.server_cores = cores
    assert ("server_bound" in measured.result([]).flags) is flagged


def test_a_cell_without_a_turn_that_counts_has_no_row_unless_it_failed() -> None:
    assert member(taken_turn(1)).has_row
    assert not member(taken_turn(0)).has_row
    assert not member(taken_turn(1, replaced=True)).has_row
    assert not member(taken_turn(1, turn_record(seconds=0.0))).has_row
    assert member(status=Status.FAILED).has_row


def test_a_row_counts_the_window_once_and_the_writes_of_every_turn() -> None:
    warm_up = turn_record((3,), inserted=3, ids=30, finished=3)
    measured = turn_record((5,), inserted=5, ids=50, finished=6)
    replaced = turn_record((7,), inserted=7, ids=70, finished=7)
    row = member(
        taken_turn(0, warm_up),
        taken_turn(1, measured),
        taken_turn(2, replaced, replaced=True),
        clients=1,
    ).result([])
    assert (row.ok, row.turns) == (5, 1)
    assert row.rows_inserted == 15, "the table has the rows of every turn"
    assert (row.session, row.round, row.position) == (1, 2, 3)
    assert (row.driver, row.driver_version) == ("psycopg", "3.3.9")


def test_rates_come_from_the_short_turns_tails_from_the_uncut_one_and_counts_from_both() -> None:
    short = turn_record((50, 50), [1_000_000] * 100, seconds=0.05, finished=100, cpu=20_000_000)
    long = turn_record((400, 0), [2_000_000] * 400, seconds=0.5, finished=400, waiting=1)
    row = member(
        taken_turn(0),
        taken_turn(1, short, server_cpu=0.03),
        taken_turn(2, long, server_cpu=0.4, uncut=True),
        taken_turn(3, short, server_cpu=0.03),
        clients=2,
    ).result([])
    assert (row.turns, row.operations) == (3, 600)
    assert row.seconds == pytest.approx(0.6)
    assert row.ops_per_s == pytest.approx(2000)
    assert row.total_ms_mean == pytest.approx(1)
    assert row.client_cpu_us_per_op == pytest.approx(200)
    assert row.server_cpu_us_per_op == pytest.approx(300)
    assert row.total_ms_p50 == pytest.approx(2, rel=0.001)
    assert (row.jain, row.starved_clients, row.waiting_clients) == (0.5, 1, 1)


def test_observations_and_flags_reach_the_row_in_their_order() -> None:
    seen = member(taken_turn(1))
    seen.see(connections_max=4)
    seen.see(rss=5_000_000)
    for flag in ("late", "server_lost", "late"):
        seen.flag(flag)
    row = seen.result([])
    assert (row.connections_max, row.client_rss_mb) == (4, 5.0)
    assert row.flags.split()[:2] == ["late", "server_lost"]


def test_a_row_that_cannot_be_made_is_that_of_a_cell_that_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stumble(*_: object) -> None:
        raise TypeError("sekret is no number")

    monkeypatch.setattr(row_builder, "complaints", stumble)
    odd = member(taken_turn(1))
    odd.flag("late")
    row = odd.result(["sekret"])
    assert (row.status, row.flags, row.cell.contender) == (Status.FAILED, "late", "mine")
    told = text(row.reason)
    assert told.startswith("its row could not be made: TypeError: *** is no number (test_member.py")


def test_a_row_that_no_reader_would_take_is_that_of_a_cell_that_failed() -> None:
    odd = member(taken_turn(1))
    odd.see(first_connection_ms=-5.0)
    row = odd.result([])
    assert row.status is Status.FAILED
    assert "-5.0 in column first_connection_ms is no number that a run can have" in text(row.reason)
    assert row.first_connection_ms is None


def test_no_secret_reaches_a_row() -> None:
    failed = member(
        taken_turn(1, turn_record(messages={"query_failed": {"sekret is no password": 1}})),
        status=Status.FAILED,
    )
    run: Any = failed.run
    run.reason = said("open: sekret was refused")
    row = failed.result(["sekret"])
    assert row.reason == said("open: *** was refused")
    assert "sekret" not in row.examples
    assert "***" in row.examples


def test_a_secret_is_masked_before_a_text_is_cut_in_the_midst_of_it() -> None:
    said_of_it = "x" * (LONGEST // 2 - 4) + "hunter2secret" + "x" * LONGEST
    record = turn_record(messages={"query_failed": {said_of_it: 1}})
    row = member(taken_turn(1, record), duration=0.4, turn=0.0).result(["hunter2secret"])
    assert "letters cut" in row.examples
    assert "hunt" not in row.examples


def test_each_process_has_its_part_of_the_rate() -> None:
    subject = Subject(cell(processes=4), Place(1, 1, 1), "k", CONTENDER, rate=1000.0)
    assert subject.rate_of_each == 250.0
    assert replace(subject, rate=None).rate_of_each is None


def test_a_cell_in_transaction_mode_has_the_options_that_it_needs_there() -> None:
    needing = replace(CONTENDER, unprepared={"prepare_threshold": None})
    for mode, options in (
        ("session", {"max_waiting": 7}),
        ("transaction", {"max_waiting": 7, "prepare_threshold": None}),
    ):
        subject = Subject(cell("mine", pooler=mode), Place(1, 1, 1), "k", needing)
        assert subject.order("seed", [0]).options == options


def test_a_pooler_uses_the_cores_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = member(*(taken_turn(number, server_cpu=0.31, pooler_cpu=0.16) for number in (1, 2)))
    measured.server_cores = 1
    assert "server_bound" not in measured.result([]).flags
    monkeypatch.setattr(measured, "pooler", object())
    assert "server_bound" in measured.result([]).flags


def test_a_network_uses_the_cores_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = [taken_turn(number, server_cpu=0.31, network_cpu=0.16) for number in (1, 2)]
    measured = member(*turns)
    measured.server_cores = 1
    monkeypatch.setattr(measured, "through", object())
    assert "relay_bound" in measured.result([]).flags
