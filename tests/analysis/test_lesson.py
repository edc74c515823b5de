"""The lesson's words follow from what was observed, and from nothing else."""

from __future__ import annotations

from dataclasses import replace

from runner.analysis.lesson import WITH_RELEASE, WITHOUT, Observation, observations
from runner.axes import PoolSize
from runner.report.catalogue import text
from runner.results.row import Row, Status
from tests.builders import changed, row

RELEASED = row(
    pool_size=PoolSize(1, 5),
    operations=100,
    ok=100,
    pool_timeout=0,
    pool_exhausted=0,
    release_failed=0,
    total_ms_p50=3.0,
    total_ms_max=20.0,
)
LEAKED = changed(
    RELEASED,
    position=2,
    leak=1.0,
    ok=5,
    pool_timeout=95,
    leaked=5,
    starved_clients=6,
    exhausted_ms=33.5,
    failed_ms_max=5010.0,
)


def seen(*rows: Row) -> list[Observation]:
    return observations(rows)


def differs(observation: Observation) -> str:
    return "; ".join(map(text, observation.differs))


def observed(observation: Observation) -> str:
    return "; ".join(map(text, observation.observed))


def test_slow_but_successful_is_as_expected() -> None:
    (of_cell,) = seen(RELEASED)
    assert (of_cell.expected, of_cell.differs) == (WITH_RELEASE, ())
    assert "100 of 100 operations succeeded over a pool of 5" in observed(of_cell)
    assert "20 ms" in observed(of_cell)


def test_a_pool_that_raises_differs_although_everybody_releases() -> None:
    (of_cell,) = seen(replace(RELEASED, ok=17, pool_exhausted=83))
    assert differs(of_cell) == "not all succeeded: 83 pool_exhausted"


def test_connections_that_are_made_anew_are_not_reused() -> None:
    (of_cell,) = seen(replace(RELEASED, sessions_opened=60))
    assert differs(of_cell) == "not reused: 60 connections were opened for 100 operations"
    (of_cell,) = seen(replace(RELEASED, sessions_opened=5))
    assert differs(of_cell) == ""


def test_a_dry_pool_whose_clients_wait_in_vain_is_as_expected() -> None:
    with_release, without = seen(LEAKED, RELEASED)
    assert with_release.released
    assert (without.expected, without.differs) == (WITHOUT, ())
    for words in (
        "dry after 33.5 ms and 5 leaks",
        "95 of 100 operations failed (95 pool_timeout)",
        "6 of 10 clients never got through",
        "5,010 ms, against 20 ms with release",
    ):
        assert words in observed(without)


def test_failing_at_once_is_no_explosion() -> None:
    fast = replace(LEAKED, pool_timeout=0, pool_exhausted=95, failed_ms_max=0.1)
    assert differs(seen(RELEASED, fast)[1]) == "the times do not explode"


def test_a_pool_that_never_runs_dry_differs() -> None:
    endless = replace(
        LEAKED, ok=100, pool_timeout=0, exhausted_ms=None, failed_ms_max=None, starved_clients=0
    )
    different = differs(seen(RELEASED, endless)[1])
    assert "the pool did not run dry" in different
    assert "nobody blocked and nothing failed" in different


def test_a_pool_that_opens_more_than_its_size_is_no_riddle() -> None:
    simple = replace(
        LEAKED, ok=100, pool_timeout=0, exhausted_ms=None, starved_clients=0, sessions_opened=100
    )
    told = "the pool did not run dry: it kept to no maximum, and {} instead of at most 5"
    opened = told.format("100 connections were opened")
    assert opened in differs(seen(RELEASED, simple)[1]).split("; ")
    unknown = replace(simple, sessions_opened=None, connections_max=80)
    assert told.format("80 connections were opened") in differs(seen(RELEASED, unknown)[1])
    refused = replace(simple, ok=31, connection_refused=69, failed_ms_max=1.0)
    ending = ", until the server had none left and refused 69 of 100 operations"
    assert f"{opened}{ending}" in differs(seen(RELEASED, refused)[1])


def test_a_cell_without_numbers_is_passed_over() -> None:
    broken = replace(RELEASED, status=Status.CRASHED, operations=None, ok=None)
    assert seen(broken) == []


def test_each_number_of_processes_is_held_against_its_own_times_with_release() -> None:
    several = [
        changed(RELEASED, processes=4, total_ms_max=90.0),
        changed(LEAKED, processes=4, starved_clients=25),
    ]
    _, _, one, four = seen(RELEASED, LEAKED, *several)
    assert "against 20 ms with release" in observed(one)
    assert "against 90 ms with release" in observed(four)
    assert "25 of 40 clients never got through" in observed(four)
