"""Answers become rows: fairness, starvation, conservation."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from adapters.base import Failure
from runner.axes import PoolSize
from runner.messages import message, said
from runner.plan.contender import Driver
from runner.plan.tasks import Place
from runner.results.outcome import Outcome, Seen, Written
from runner.results.row import Row, Status
from runner.results.row_builder import build_row, jain, starved
from runner.results.run_folder import RunFolder
from runner.rtt import rtt_of
from runner.worker.histogram import Histogram
from runner.worker.protocol import PARTS, TurnRecord
from tests.builders import cell

if TYPE_CHECKING:
    from pathlib import Path

    from runner.plan.plan import Cell

STUCK = message("row.stuck", stuck=3, clients=4)
CELL = cell(clients=4, pool_size=PoolSize(2, 2), hold=0.02, duration=2.0)
MEASURED = TurnRecord(
    seconds=2.0,
    ok=(10, 10, 10, 10),
    weight=41.5,
    failures={kind.value: 0 for kind in Failure} | {"pool_timeout": 10},
    histograms={part: Histogram() for part in PARTS},
    busy=8_000_000_000,
)


def row(**given: object) -> Row:
    rows = given.pop("rows", (40, 0, 0))
    seen = Seen(rows_found=given.pop("rows_found", 40))  # type: ignore[arg-type]
    outcome = Outcome(**{"measured": MEASURED, "written": Written(*rows), "seen": seen, **given})  # type: ignore[arg-type, misc]
    return build_row(CELL, Place(1, 1, 1), Driver("psycopg", "psycopg 3"), outcome)


def test_operations_are_successes_and_failures() -> None:
    made = row()
    assert (made.operations, made.ok, made.pool_timeout) == (50, 40, 10)
    assert made.failed_share == pytest.approx(0.2)
    assert made.ops_per_s == pytest.approx(41.5 / 2)
    columns = made.columns()
    assert (columns["acquire_timeout_ms"], columns["leak_reference"]) == (500, "drop")


def test_the_times_of_all_attempts_have_those_who_got_nothing() -> None:
    """Of 100 attempts 89 succeeded, 10 failed, and one still waited when the window closed."""
    histograms = {part: Histogram() for part in PARTS}
    for part, milliseconds in {"total": [1] * 89, "failed": [200] * 10, "waiting": [604]}.items():
        histograms[part].add(np.array(milliseconds, dtype=np.int64) * 1_000_000)
    made = row(measured=replace(MEASURED, histograms=histograms))
    assert made.total_ms_max == 1
    assert made.response_ms_p50 == pytest.approx(1, rel=0.001)
    assert made.response_ms_p99 is None, "as with all percentiles, ten must lie beyond"
    assert made.response_ms_max == 604
    silent = row()
    assert silent.response_ms_p50 is silent.response_ms_max is None


def test_a_percentile_of_all_attempts_is_not_that_of_the_successful() -> None:
    histograms = {part: Histogram() for part in PARTS}
    for part, milliseconds in {"total": [1] * 950, "failed": [200] * 50}.items():
        histograms[part].add(np.array(milliseconds, dtype=np.int64) * 1_000_000)
    made = row(measured=replace(MEASURED, histograms=histograms))
    assert made.total_ms_p99 is None
    assert made.response_ms_p99 == pytest.approx(200, rel=0.001)


@pytest.mark.parametrize(
    ("slices", "flags"),
    [
        ((39, 55, 70, 80, 88, 93, 97, 99, 100, 101), "drifting"),
        ((100, 98, 101, 99, 102, 97, 100, 101, 99, 100), ""),
        ((40,) + (0,) * 9, ""),
    ],
)
def test_a_rate_that_moves_within_the_window_is_flagged(
    slices: tuple[int, ...], flags: str
) -> None:
    assert row(measured=replace(MEASURED, slices=slices)).flags == flags


def test_a_trend_within_the_one_uncut_turn_is_no_drift() -> None:
    """It is a single stretch of the machine's noise; those of many short turns have no trend."""
    calm = replace(MEASURED, slices=(100, 98, 101, 99, 102, 97, 100, 101, 99, 100))
    rising = replace(MEASURED, slices=(39, 55, 70, 80, 88, 93, 97, 99, 100, 101))
    assert row(measured=calm.then(rising), short=calm, uncut=rising).flags == ""
    assert row(measured=rising.then(calm), short=rising, uncut=calm).flags == "drifting"


@pytest.mark.parametrize(
    ("rows", "found", "status"),
    [
        ((40, 0, 0), 40, Status.OK),
        ((40, 7, 0), 33, Status.OK),
        ((40, 0, 0), 39, Status.SUSPECT),
        ((40, 0, 0), 41, Status.SUSPECT),
        ((40, 0, 2), 42, Status.OK),
        ((40, 0, 2), 38, Status.OK),
        ((40, 0, 2), 37, Status.SUSPECT),
        ((40, 0, 0), None, Status.OK),
    ],
)
def test_rows_that_do_not_add_up_make_a_row_suspect(
    rows: tuple[int, int, int], found: int | None, status: Status
) -> None:
    made = row(rows=rows, rows_found=found)
    assert made.status is status
    assert bool(made.reason and made.reason.mentions("law.rows")) == (status is Status.SUSPECT)


def test_a_hung_cell_stays_hung_whatever_its_rows_say() -> None:
    made = row(status=Status.HUNG, reason=STUCK, rows_found=0)
    assert (made.status, made.reason) == (Status.HUNG, STUCK)


def test_jain_is_one_when_all_got_the_same_and_one_nth_when_one_got_everything() -> None:
    assert jain([7, 7, 7, 7]) == 1
    assert jain([28, 0, 0, 0]) == 0.25
    assert jain([0, 0]) is None


def test_a_client_starves_where_an_equal_share_would_have_been_ten() -> None:
    assert starved([40, 0, 0, 0], 40, leaks=False) == 3
    assert starved([39, 0, 0, 0], 39, leaks=False) == 0
    assert starved([2, 0, 0, 0], 2, leaks=True) == 3


def test_whatever_a_driver_says_its_row_is_stored(tmp_path: Path) -> None:
    said_of_it = "half \ud83d, NUL \x00,\r\nand more: " + "\x00" * 1_000_000
    measured = replace(MEASURED, messages={"pool_timeout": {said_of_it: 10}})
    made = row(
        measured=measured,
        status=Status.FAILED,
        reason=message("law.several", laws=[said(said_of_it)]),
    )
    run_folder = RunFolder.create(tmp_path, "test", dt.datetime.now(dt.UTC))
    run_folder.append([made])
    (read,) = run_folder.results()
    assert (read.reason, read.examples) == (made.reason, made.examples)
    (text,) = json.loads(read.examples).values()
    assert text.startswith("half \\ud83d, NUL \\x00,\r\nand more: ")
    assert " letters cut] " in text


# An open loop


def at_rate(late: int) -> Row:
    """Make a row of 2000 operations of 1 ms, picked up so many microseconds late."""
    histograms = {part: Histogram() for part in PARTS}
    for part, microseconds in {"total": 1000, "picked": 900, "late": late}.items():
        histograms[part].add(np.full(2000, microseconds * 1000, dtype=np.int64))
    measured = replace(
        MEASURED, histograms=histograms, arrivals=2013, shed=2, unfinished=1, ok=(2000,)
    )
    return row(measured=measured, arrivals_per_s=1000.0)


def test_a_rate_has_columns_of_its_own() -> None:
    made = at_rate(late=50)
    assert (made.rate_per_s, made.arrivals, made.shed, made.unfinished) == (1000.0, 2013, 2, 1)
    assert made.picked_ms_p50 == pytest.approx(0.9, rel=0.001)
    assert made.late_ms_p99 == pytest.approx(0.05, rel=0.001)
    assert made.demanded == 2013
    closed = row()
    assert (closed.rate_per_s, closed.arrivals, closed.late_ms_p99) == (None, None, None)
    assert closed.demanded == closed.operations


def test_a_harness_that_is_late_by_a_tenth_of_the_tail_is_flagged() -> None:
    assert "late_pick_up" not in at_rate(late=99).flags
    assert "late_pick_up" in at_rate(late=110).flags
    assert "late_pick_up" not in row().flags


# Several processes


TWO_PROCESSES = cell(clients=2, processes=2, cpus="all", pool_size=PoolSize(2, 2))


def of_processes(cpus: str = "all", between: Cell = TWO_PROCESSES, **given: object) -> Row:
    """Make the row of two processes of two clients, the second of which did far less.

    `between` has what is between the clients and the server.
    """
    there = replace(between, conditions=replace(between.conditions, cpus=cpus))
    uneven = replace(MEASURED, ok=(18, 18, 2, 2), weight=40.0, cpu=80_000_000)
    server = {"server_cpu": 0.06, "server_operations": 60}
    outcome = Outcome(**{"measured": uneven, **server, **given})  # type: ignore[arg-type]
    return build_row(there, Place(1, 1, 1), Driver("psycopg", "psycopg 3"), outcome)


def test_how_uneven_processes_are_is_in_the_row_though_their_sum_hides_it() -> None:
    made = of_processes()
    assert made.ok == 40
    assert (made.process_ops_per_s_min, made.process_ops_per_s_max) == (2.0, 18.0)
    assert made.process_jain == pytest.approx(40**2 / (2 * (36**2 + 4**2)))
    assert made.connections == 4
    alone = row()
    assert (alone.connections, alone.process_jain, alone.process_ops_per_s_min) == (2, None, None)


def test_the_ceiling_is_where_the_cores_would_be_full() -> None:
    """An operation takes 2 ms of CPU of the clients, and 1 ms of the server."""
    assert of_processes(cores=4).ceiling_ops_per_s == pytest.approx(4 / 0.003)
    assert row().ceiling_ops_per_s is None, "nothing is known of the server"


def test_with_cores_of_their_own_the_fuller_ones_are_the_ceiling() -> None:
    clients = of_processes("one", cores=4, server_cores=2)
    assert clients.ceiling_ops_per_s == pytest.approx(2 / 0.002), "2,000 for the server"
    server = of_processes("one", cores=3, server_cores=1, server_cpu=0.24)
    assert server.ceiling_ops_per_s == pytest.approx(1 / 0.004)


def test_processes_are_bound_by_themselves_when_all_of_them_are_full() -> None:
    there = cell(clients=2, processes=2, pool_size=PoolSize(2, 2))
    for cpu, bound in ((3_700_000_000, True), (3_500_000_000, False)):
        measured = replace(MEASURED, cpu=cpu)
        outcome = Outcome(measured=measured, cores=4)
        made = build_row(there, Place(1, 1, 1), Driver("p", "p 3"), outcome)
        assert ("client_bound" in made.flags) == bound


def test_more_processes_than_cores_are_bound_when_the_cores_are_full() -> None:
    there = cell(clients=2, processes=8, cpus="all", pool_size=PoolSize(2, 2))
    measured = replace(MEASURED, ok=(1,) * 16, cpu=3_700_000_000)
    outcome = Outcome(measured=measured, cores=2)
    made = build_row(there, Place(1, 1, 1), Driver("p", "p 3"), outcome)
    assert "client_bound" in made.flags


# A pooler


def test_a_pooler_is_a_part_of_what_an_operation_costs() -> None:
    seen = Seen(pooler_maxwait=0.0015, pooler_sessions=4)
    made = of_processes(cores=4, pooler_cpu=0.06, pooler_share=0.89, seen=seen)
    assert made.pooler_cpu_us_per_op == pytest.approx(1000)
    assert (made.pooler_maxwait_ms, made.pooler_sessions) == (1.5, 4)
    assert made.ceiling_ops_per_s == pytest.approx(4 / 0.004), "2 ms, 1 ms and 1 ms"
    assert "pooler_bound" not in made.flags
    assert "pooler_bound" in of_processes(pooler_share=0.9).flags
    assert of_processes(pooler_cpu=0.04).pooler_cpu_us_per_op is None, "too little to tell"


def test_without_the_cpu_of_what_is_between_nobody_knows_where_the_cores_are_full() -> None:
    of_two = TWO_PROCESSES.conditions
    pooled = replace(TWO_PROCESSES, conditions=replace(of_two, pooler="session"))
    assert of_processes(between=pooled, cores=4).ceiling_ops_per_s is None
    assert of_processes(between=pooled, cores=4, pooler_cpu=0.06).ceiling_ops_per_s is not None
    networked = replace(TWO_PROCESSES, conditions=replace(of_two, rtt=rtt_of(0.001)))
    assert of_processes(between=networked, cores=4).ceiling_ops_per_s is None
    assert of_processes(between=networked, cores=4, network_cpu=0.06).ceiling_ops_per_s is not None


def test_of_lent_sessions_no_settings_are_judged_and_the_row_says_so() -> None:
    for mode, flagged in (("none", False), ("session", False), ("transaction", True)):
        made = build_row(cell(pooler=mode), Place(1, 1, 1), Driver("p", "p 3"), Outcome())
        assert ("settings_not_judged" in made.flags) is flagged


# A network of ours


def test_a_network_is_a_part_of_what_an_operation_costs() -> None:
    seen = Seen(network_round_trip=0.0013)
    made = of_processes(cores=4, network_cpu=0.06, seen=seen)
    assert made.network_cpu_us_per_op == pytest.approx(1000)
    assert made.round_trip_ms == pytest.approx(1.3)
    assert made.ceiling_ops_per_s == pytest.approx(4 / 0.004), "2 ms, 1 ms and 1 ms"
    assert of_processes(network_cpu=0.04).network_cpu_us_per_op is None, "too little to tell"


@pytest.mark.parametrize(
    ("server", "network", "cores", "flag"),
    [
        (None, 0.89, None, ""),
        (None, 0.9, None, "relay_bound"),
        (0.89, 0.5, 1, ""),
        (0.95, 0.5, 1, "relay_bound"),
        (0.95, 0.01, 1, "server_bound"),
        (0.95, 0.5, 3, "relay_bound"),
        (1.0, 0.15, 3, "server_bound"),
        (0.95, 0.0, 1, "server_bound"),
    ],
)
def test_a_network_is_the_limit_where_its_thread_is_full_or_the_cores_are_full_with_it_alone(
    server: float | None, network: float, cores: int | None, flag: str
) -> None:
    """The share of the server is of its cores, what is beside it included."""
    made = of_processes(server_share=server, network_share=network, server_cores=cores)
    assert {"relay_bound", "server_bound"} & set(made.flags.split()) == {flag} - {""}
