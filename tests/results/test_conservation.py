"""Each law catches what breaks it, and nothing else; at its edges nobody is accused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from adapters.base import Failure
from runner.axes import PoolSize
from runner.plan.contender import Driver
from runner.rate import Rate
from runner.report.catalogue import text
from runner.results import conservation
from runner.results.conservation import accounted, complaints
from runner.results.outcome import Change, Outcome, Seen, Written
from runner.worker.distributions import Distributions
from runner.worker.protocol import TurnRecord
from runner.worker.tally import Tally
from runner.worker.window import Window
from runner.workloads import SEEDED_ROWS
from tests.builders import cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.plan.plan import Cell

MS = 1_000_000
CELL = cell(
    "honest",
    clients=2,
    pool_size=PoolSize(2, 2),
    acquire_timeout=1.0,
    hold=0.02,
    warmup=0.0,
    duration=0.1,
)
DRIVER = Driver("honest", "1.0", pools=True, bounded=True, exclusive=True)
UNPOOLED = replace(DRIVER, pools=False)
OPERATION_MS = 1.0


def under(**conditions: Any) -> Cell:
    """Return the cell under other conditions."""
    return replace(CELL, conditions=replace(CELL.conditions, **conditions))


def measured(uses: Iterable[float] = (), **changes: Any) -> TurnRecord:
    """Return two clients that worked for 100 ms, in operations that use a connection so long."""
    window = Window(0, 100 * MS)
    distributions = Distributions(window)
    tally = Tally(window, CELL.conditions.clients, [distributions])
    for use in uses or [OPERATION_MS] * 100:
        moments = [0, 0, 0, round(use * MS), round(use * MS)]
        tally.fold([0], [np.array([moments], dtype=np.int64)])
    tally.close()
    made = TurnRecord(
        seconds=0.1,
        ok=tuple(tally.ok),
        weight=tally.weight,
        failures={kind.value: 0 for kind in Failure},
        histograms=distributions.histograms,
        busy=2 * 100 * MS,
        held=2,
    )
    return replace(made, **changes)


def outcome(seen: Seen | None = None, written: Written | None = None, **changes: Any) -> Outcome:
    """Return the row of an honest cell, but for the changes."""
    honest = Seen(
        connections_parked=2,
        rows_found=90,
        ids_found=12_345,
        ids_drawn=100,
        rows_beyond=0,
        rows_seeded=SEEDED_ROWS,
        writes=115,
        lookups=0,
        round_trip=0.0005,
    )
    return Outcome(
        measured=measured(**changes),
        turns=2,
        written=written or WRITTEN,
        seen=seen or honest,
    )


WRITTEN = Written(inserted=100, deleted=10, ids=12_345, begun=110, updates=5)
HONEST = outcome()
SEEN = HONEST.seen


def told(given: Outcome, here: Cell = CELL, driver: Driver = DRIVER) -> str:
    """Return the one complaint there is; a second law that is broken too is a mistake here."""
    broken = complaints(here, driver, given)
    assert len(broken) <= 1
    return text(broken[0]) if broken else ""


def test_an_honest_cell_breaks_no_law() -> None:
    assert complaints(CELL, DRIVER, HONEST) == []


def test_every_law_is_asked() -> None:
    own = {
        function
        for name, function in vars(conservation).items()
        if name.startswith("_") and getattr(function, "__module__", "") == conservation.__name__
    }
    assert own == set(conservation.LAWS)


# --- rows -------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", [89, 91])
def test_one_row_too_few_or_too_many_is_told_with_both_counts(found: int) -> None:
    seen = replace(SEEN, rows_found=found)
    assert told(outcome(seen)) == (
        "rows do not add up: the clients inserted 100 and deleted 10 (0 uncertain), "
        f"the table has {found}"
    )


def test_writes_whose_answer_never_came_may_have_happened_or_not() -> None:
    written = replace(WRITTEN, uncertain=3)
    for found in (87, 90, 93):
        assert told(outcome(replace(SEEN, rows_found=found), written)) == ""
    for found in (86, 94):
        assert "(3 uncertain)" in told(outcome(replace(SEEN, rows_found=found), written))


def test_rows_that_nobody_counted_accuse_nobody() -> None:
    assert told(outcome(Seen())) == ""


# --- ids --------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", [12_344, 12_346])
def test_ids_that_no_row_has_are_told_even_where_the_rows_add_up(found: int) -> None:
    assert told(outcome(replace(SEEN, ids_found=found))) == (
        "ids do not add up: those that the clients were given sum to 12345, "
        f"those in the table to {found}"
    )


def test_ids_are_not_added_up_where_a_write_is_uncertain() -> None:
    written = replace(WRITTEN, uncertain=1)
    assert told(outcome(replace(SEEN, ids_found=1), written)) == ""


# --- what the server did with the table -------------------------------------------------------


def test_a_row_that_is_gone_again_has_taken_an_id() -> None:
    assert told(outcome(replace(SEEN, ids_drawn=101))) == (
        "the clients sent 100 inserts, but the table gave 101 ids: rows were inserted that are not "
        "theirs"
    )
    for drawn in (99, None):
        assert told(outcome(replace(SEEN, ids_drawn=drawn))) == ""


def test_inserts_that_failed_have_taken_ids_too() -> None:
    seen, refused = replace(SEEN, ids_drawn=104), replace(WRITTEN, begun=114)
    assert told(outcome(seen, refused)) == ""


def test_a_server_that_crashed_may_have_skipped_the_ids_that_it_wrote_ahead() -> None:
    crashed = replace(WRITTEN, begun=111, uncertain=1)
    for drawn, accused in ((101 + 32, False), (101 + 33, True)):
        assert bool(told(outcome(replace(SEEN, ids_drawn=drawn), crashed))) is accused


@pytest.mark.parametrize(("beyond", "seeded"), [(1, SEEDED_ROWS), (0, SEEDED_ROWS - 1)])
def test_rows_that_are_no_clients_and_seeded_rows_that_are_gone_are_told(
    beyond: int, seeded: int
) -> None:
    assert told(outcome(replace(SEEN, rows_beyond=beyond, rows_seeded=seeded))) == (
        f"the table has {beyond} rows that are not the clients', and {seeded} of the 10000 that "
        "were there before"
    )


def test_more_writes_than_the_clients_sent_are_told() -> None:
    assert told(outcome(replace(SEEN, writes=116))) == (
        "the clients sent 115 inserts, updates and deletes, but the server wrote 116 rows"
    )
    assert told(outcome(replace(SEEN, writes=0))) == "", "an insert may have failed"


@pytest.mark.parametrize(("workload", "each"), [("read", 1), ("list", 1), ("transaction", 2)])
def test_answers_for_which_the_server_did_not_look_are_told(workload: str, each: int) -> None:
    def looked(times: int | None) -> str:
        given = replace(outcome(replace(SEEN, lookups=times)), succeeded=50)
        return told(given, under(workload=workload))

    assert looked(50 * each) == looked(None) == ""
    assert looked(50 * each - 1) == (
        f"50 operations succeeded, for which the server has to look into the table {50 * each} "
        f"times: it did so {50 * each - 1} times"
    )


def test_a_workload_that_looks_up_nothing_needs_no_lookups() -> None:
    for workload in ("insert", "hold", "checkout", "mixed"):
        assert told(replace(HONEST, succeeded=50), under(workload=workload)) == ""


def test_sampled_answers_that_no_row_holds_are_told() -> None:
    assert told(outcome(replace(SEEN, answers=70))) == ""
    assert told(outcome(replace(SEEN, answers=70, answers_wrong=1))) == (
        "1 of 70 sampled answers are not what the rows hold"
    )


def test_a_table_that_is_not_what_it_was_is_told() -> None:
    change = Change("persistence of poolbench.pedido", "permanent", "unlogged")
    assert told(outcome(replace(SEEN, database_changes=(change,)))) == (
        "the database is not what it was when the cell began: "
        "persistence of poolbench.pedido (permanent, now unlogged)"
    )


def test_settings_of_a_session_that_are_not_what_they_were_are_told() -> None:
    change = Change("synchronous_commit", "on", "off")
    assert told(outcome(replace(SEEN, settings_changes=(change,)))) == (
        "a session of the pool has other settings than when it began: "
        "synchronous_commit (on, now off)"
    )


# --- the process ------------------------------------------------------------------------------


def test_a_process_that_works_while_it_is_parked_is_told() -> None:
    """Two turns may use 5 ms each, and a hundredth of the time between them."""
    parked = 1_000 * MS
    assert told(outcome(parked=parked, parked_cpu=20 * MS)) == ""
    assert told(outcome(parked=parked, parked_cpu=21 * MS)) == (
        "the process used 21 ms of CPU in the 1,000 ms that it was parked: it works outside its "
        "turns"
    )


def test_a_process_that_is_not_alone_is_told() -> None:
    assert told(outcome(replace(SEEN, companions=("python",)))) == (
        "the process has others beside it (python), whose work is not counted"
    )


# --- connections ------------------------------------------------------------------------------


def test_more_who_hold_a_connection_than_there_are_is_told() -> None:
    assert told(outcome(held=2)) == ""
    assert told(outcome(held=3)) == "3 operations held a connection at once, of a pool of 2"


def test_nobody_is_held_to_what_he_did_not_promise() -> None:
    unbounded, shared = replace(DRIVER, bounded=False), replace(DRIVER, exclusive=False)
    for driver in (UNPOOLED, unbounded, shared):
        assert told(outcome(held=3), driver=driver) == ""


def test_connections_beyond_the_size_are_the_pools_where_it_says_so() -> None:
    overflowing, many = replace(DRIVER, overflow={"stock": 1}), replace(SEEN, connections_parked=3)
    stock = under(profile="stock")
    assert complaints(stock, overflowing, outcome(many, held=3)) == []
    assert len(complaints(stock, overflowing, outcome(many, held=4))) == 1
    assert len(complaints(CELL, overflowing, outcome(many, held=3))) == 2


def test_a_cell_that_measured_nothing_held_nothing() -> None:
    assert complaints(CELL, DRIVER, replace(HONEST, measured=None)) == []


def test_more_connections_than_the_size_are_told() -> None:
    assert told(outcome(replace(SEEN, connections_parked=2))) == ""
    assert told(outcome(replace(SEEN, connections_parked=None))) == ""
    found = told(outcome(replace(SEEN, connections_parked=3)))
    assert found == "the server sees 3 connections of a pool of 2"


def test_who_promises_no_size_may_open_as_many_as_he_likes() -> None:
    many = outcome(replace(SEEN, connections_parked=99))
    assert told(many, driver=UNPOOLED) == ""
    assert told(many, driver=replace(DRIVER, bounded=False)) == ""


# --- the round trip ---------------------------------------------------------------------------


def test_answers_that_come_before_the_server_can_have_given_them_are_told() -> None:
    quick, slow = 0.2, 1.0
    assert told(outcome(uses=[quick] * 2 + [slow] * 98)) == (
        "2 of 100 operations used the connection for less than half of the bare round trip of "
        "0.5 ms: they cannot have been answered"
    )


def test_a_few_short_ones_are_clocks_and_no_lie() -> None:
    assert told(outcome(uses=[0.2] * 10 + [1.0] * 990)) == ""
    assert told(outcome(uses=[0.2] * 11 + [1.0] * 989)).startswith("11 of 1000")
    assert told(outcome(uses=[0.2] + [1.0] * 9)) == "", "of so few one may be"
    assert told(outcome(uses=[0.26] * 100)) == "", "more than half of it: machines change"


def test_a_workload_that_asks_nothing_needs_no_round_trip() -> None:
    instant = outcome(uses=[0.001] * 100)
    assert "cannot have been answered" in told(instant)
    assert told(instant, under(workload="checkout")) == ""
    assert told(outcome(replace(SEEN, round_trip=None), uses=[0.001] * 100)) == ""


# --- commits ----------------------------------------------------------------------------------


def test_more_successes_than_the_server_has_committed_are_told() -> None:
    seen = replace(SEEN, commits=99)
    assert told(replace(outcome(seen), succeeded=100)) == (
        "100 operations succeeded, but the server committed only 99"
    )
    assert told(replace(outcome(seen), succeeded=99)) == "", "the check at the start commits too"
    assert told(replace(outcome(replace(SEEN, commits=None)), succeeded=100)) == ""


def test_commits_are_not_held_against_who_leaks_or_asks_nothing() -> None:
    lost = replace(outcome(replace(SEEN, commits=0)), succeeded=5)
    assert told(lost, under(leak=1.0)) == ""
    assert told(lost, under(workload="checkout")) == ""


# --- What was asked for -----------------------------------------------------------------------


def test_clients_that_made_fewer_operations_than_they_were_asked_to_make_are_told() -> None:
    failed = {**outcome().measured.failures, Failure.QUERY_FAILED.value: 1}  # type: ignore[union-attr]
    assert told(outcome(ok=(50, 49), failures=failed), under(operations_per_client=25)) == ""
    assert told(outcome(ok=(50, 49)), under(operations_per_client=25)) == (
        "the clients were asked for 100 operations and made 99"
    )
    assert told(outcome(ok=(50, 49))) == "", "a window asks for time"


# --- Little's law -----------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "words"), [(0.979, "2.1 % less"), (1.03, "3 % more")])
def test_time_that_is_missing_or_counted_twice_is_told(share: float, words: str) -> None:
    found = told(outcome(busy=round(share * 200 * MS)))
    assert found.startswith(f"the time of all operations and pauses is {words} than clients")


@pytest.mark.parametrize("share", [0.981, 1.0, 1.019])
def test_two_percent_are_granted(share: float) -> None:
    given = outcome(busy=round(share * 200 * MS))
    assert accounted(CELL, given) == pytest.approx(share)
    assert told(given) == ""


def test_little_does_not_hold_where_there_is_no_window_or_a_client_is_gone() -> None:
    lost = outcome(busy=0)
    assert told(lost)
    assert told(lost, under(operations_per_client=25)) == ""
    assert told(outcome(busy=0, stuck=1)) == ""
    assert accounted(CELL, Outcome()) is None


def test_who_breaks_two_laws_is_told_both() -> None:
    both = outcome(replace(SEEN, rows_found=1), held=3)
    assert len(complaints(CELL, DRIVER, both)) == 2


@pytest.mark.parametrize("workload", ["mine", "package.module:function"])
def test_laws_that_count_our_workloads_do_not_judge_a_users_own(workload: str) -> None:
    wrong = replace(SEEN, rows_found=5, ids_found=1, ids_drawn=999, rows_beyond=3, writes=999)
    seen = replace(wrong, answers=1, answers_wrong=1)
    assert len(complaints(CELL, DRIVER, outcome(seen))) > 1
    assert complaints(under(workload=workload), DRIVER, outcome(seen)) == []


def test_what_a_turn_wrote_that_was_cut_off_is_held_against_nobody() -> None:
    wrong = replace(outcome(replace(SEEN, rows_found=5, ids_found=1)), flags=("cut_short",))
    assert complaints(CELL, DRIVER, wrong) == []
    assert complaints(CELL, DRIVER, replace(wrong, flags=())) != []


def test_laws_of_any_statement_judge_a_users_own() -> None:
    own = under(workload="mine")
    for law, broken in enumerate(
        (
            replace(outcome(replace(SEEN, commits=1)), succeeded=2),
            outcome(replace(SEEN, connections_parked=3)),
            replace(HONEST, measured=replace(measured(), busy=1)),
            outcome(replace(SEEN, settings_changes=(Change("jit", "on", "off"),))),
        )
    ):
        assert len(complaints(own, DRIVER, broken)) == 1, law
    unknown = under(workload="package.module:function")
    few = replace(outcome(replace(SEEN, commits=1)), succeeded=2)
    assert complaints(unknown, DRIVER, few) == []


def test_every_arrival_is_done_fails_is_dropped_or_left_over() -> None:
    paced = under(rate=Rate(is_share=False, number=1000.0))
    whole = measured(arrivals=110, shed=6, unfinished=4)
    assert sum(whole.ok) == 100
    assert complaints(paced, DRIVER, Outcome(measured=whole, turns=1)) == []
    (lost,) = complaints(paced, DRIVER, Outcome(measured=replace(whole, arrivals=111), turns=1))
    assert text(lost) == (
        "111 operations arrived, but 100 were done, 0 failed, 6 were dropped and 4 left over"
    )


def test_littles_law_does_not_judge_clients_that_wait_for_arrivals() -> None:
    idle = measured(arrivals=100, busy=1)
    outcome = Outcome(measured=idle, turns=1)
    paced = under(rate=Rate(is_share=False, number=1000.0))
    assert accounted(paced, outcome) is None
    assert complaints(paced, DRIVER, outcome) == []
    assert complaints(CELL, DRIVER, outcome) != []


def test_a_transport_is_the_one_that_was_asked_for() -> None:
    over = under(transport="tls")
    assert told(outcome(replace(SEEN, transport="tls")), over) == ""
    assert told(outcome(replace(SEEN, transport=None)), over) == ""
    assert told(outcome(replace(SEEN, transport="tcp"))) == "", "none was asked for"
    assert told(outcome(replace(SEEN, transport="tcp")), over) == (
        "tls was asked for, and the server saw tcp"
    )


def test_the_laws_count_the_connections_and_the_clients_of_all_processes() -> None:
    """Two processes of two clients may hold four connections, and account for twice the time."""
    both = under(processes=2)
    seen = replace(outcome().seen, connections_parked=4)
    doubled = outcome(seen, held=4, busy=4 * 100 * MS)
    assert complaints(both, DRIVER, doubled) == []
    assert len(complaints(CELL, DRIVER, doubled)) == 3, "held, size and Little, of one process"
    few = outcome(seen, held=5, busy=2 * 100 * MS)
    assert len(complaints(both, DRIVER, few)) == 2


def test_an_exchange_over_tcp_says_nothing_of_what_goes_over_a_socket() -> None:
    slow_exchange = outcome(replace(SEEN, round_trip=1.0, transport="tcp"))
    assert "bare round trip" in told(slow_exchange, under(transport="tcp"))
    over_socket = replace(slow_exchange, seen=replace(slow_exchange.seen, transport="unix"))
    assert told(over_socket, under(transport="unix")) == ""
