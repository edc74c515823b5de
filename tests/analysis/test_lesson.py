"""The lesson's words follow from what was observed, and from nothing else."""

from __future__ import annotations

from dataclasses import replace

from runner.analysis.lesson import WITH_RELEASE, WITHOUT, Observation, observations
from runner.axes import PoolSize
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


def test_slow_but_successful_is_as_expected() -> None:
    (observed,) = seen(RELEASED)
    assert (observed.expected, observed.differs) == (WITH_RELEASE, "")
    assert "100 of 100 operations succeeded over a pool of 5" in observed.observed
    assert "20.0 ms" in observed.observed


def test_a_pool_that_raises_differs_although_everybody_releases() -> None:
    (observed,) = seen(replace(RELEASED, ok=17, pool_exhausted=83))
    assert observed.differs == "not all succeeded: 83 pool_exhausted"


def test_connections_that_are_made_anew_are_not_reused() -> None:
    (observed,) = seen(replace(RELEASED, sessions_opened=60))
    assert observed.differs == "not reused: 60 connections were opened for 100 operations"
    (observed,) = seen(replace(RELEASED, sessions_opened=5))
    assert observed.differs == ""


def test_a_dry_pool_whose_clients_wait_in_vain_is_as_expected() -> None:
    with_release, without = seen(LEAKED, RELEASED)
    assert with_release.released
    assert (without.expected, without.differs) == (WITHOUT, "")
    for words in (
        "dry after 33.5 ms and 5 leaks",
        "95 of 100 operations failed (95 pool_timeout)",
        "6 of 10 clients never got through",
        "5010.0 ms, against 20.0 ms with release",
    ):
        assert words in without.observed


def test_failing_at_once_is_no_explosion() -> None:
    fast = replace(LEAKED, pool_timeout=0, pool_exhausted=95, failed_ms_max=0.1)
    assert seen(RELEASED, fast)[1].differs == "the times do not explode"


def test_a_pool_that_never_runs_dry_differs() -> None:
    endless = replace(
        LEAKED, ok=100, pool_timeout=0, exhausted_ms=None, failed_ms_max=None, starved_clients=0
    )
    differs = seen(RELEASED, endless)[1].differs
    assert "the pool did not run dry" in differs
    assert "nobody blocked and nothing failed" in differs


def test_a_cell_without_numbers_is_passed_over() -> None:
    broken = replace(RELEASED, status=Status.CRASHED, operations=None, ok=None)
    assert seen(broken) == []
