"""A line of `cells.csv` and the answer of a worker, as a run has them, for tests to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from adapters.base import Failure
from runner.results.row import Result, Status
from runner.worker.histogram import Histogram
from runner.worker.protocol import PARTS, TurnRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def turn_record(
    ok: tuple[int, ...] = (1,), times: Iterable[int] = (), **changes: Any
) -> TurnRecord:
    """Make the answer of a worker; `times` are those of whole operations, in nanoseconds."""
    histograms = {part: Histogram() for part in PARTS}
    histograms["total"].add(np.array(list(times), dtype=np.int64))
    failures = {kind.value: 0 for kind in Failure}
    fields = {"seconds": 0.4, "weight": float(sum(ok)), "failures": failures, **changes}
    return TurnRecord(ok=ok, **{"histograms": histograms, **fields})
