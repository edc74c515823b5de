"""A line of `cells.csv` as a run writes it, for tests to change."""

from __future__ import annotations

from runner.results.row import Result, Status

ROW = Result(
    cell="psycopg3-insert-c10-p5",
    group="insert-c10-p5",
    session=1,
    round=1,
    position=1,
    adapter="psycopg3",
    driver="psycopg",
    driver_version="3.3.9",
    profile="equal",
    workload="insert",
    cpus="all",
    clients=10,
    pool_min=5,
    pool_max=5,
    acquire_timeout_ms=500,
    error_pause_ms=10,
    think_time_ms=0,
    leak=0.0,
    leak_reference="",
    status=Status.OK,
    operations=5000,
    ok=5000,
    starved_clients=0,
)
