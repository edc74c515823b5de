"""The ramp of a cell: which windows keep the limits, and what is found on a real server."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from adapters.base import Failure
from runner.axes import PoolSize
from runner.experiment import contenders
from runner.measure import ramp
from runner.measure.member import Subject
from runner.measure.ramp import keeps_limits, ramps
from runner.plan.tasks import Place
from runner.results.ramp import RAMPS
from runner.worker.histogram import Histogram
from runner.worker.protocol import PARTS, TurnRecord
from tests.builders import cell, config_of, turn_record

if TYPE_CHECKING:
    from runner.measure.context import Context

MS = 1_000_000
P99 = {"total_ms_p99": 0.02}


def window(
    total: dict[int, int], waiting: dict[int, int] | None = None, failed: int = 0, shed: int = 0
) -> TurnRecord:
    """Make a window: milliseconds -> operations that took so long, or were left over so long."""
    histograms = {part: Histogram() for part in PARTS}
    for part, times in {"total": total, "waiting": waiting or {}}.items():
        for milliseconds, count in times.items():
            histograms[part].add(np.full(count, milliseconds * MS, dtype=np.int64))
    failures = {kind.value: 0 for kind in Failure} | {"pool_timeout": failed}
    return turn_record(histograms=histograms, failures=failures, shed=shed)


@pytest.mark.parametrize(
    ("kept", "record"),
    [
        (True, window({5: 990, 30: 10})),
        (False, window({5: 990, 30: 11})),
        (True, window({5: 1000}, failed=10)),
        (False, window({5: 1000}, failed=11)),
        (False, window({5: 1000}, shed=11)),
        (False, window({5: 995, 30: 6}, failed=5)),
        (False, window({5: 1000}, waiting={30: 11})),
        (True, window({5: 1000}, waiting={10: 100})),
        (False, window({})),
    ],
)
def test_a_window_keeps_a_p99_if_one_in_a_hundred_takes_longer_fails_or_is_left_over(
    *, kept: bool, record: TurnRecord
) -> None:
    assert keeps_limits(record, P99) == kept


def test_every_limit_has_to_be_kept() -> None:
    record = window({5: 600, 15: 400})
    assert keeps_limits(record, {**P99, "total_ms_p50": 0.01})
    assert not keeps_limits(record, {**P99, "total_ms_p50": 0.004})


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let windows be as short as a test has time for."""
    for name, seconds in {"SHORTEST": 0.1, "LONGEST": 0.1, "LEAD_IN": 0.02}.items():
        monkeypatch.setattr(ramp, name, seconds)
    monkeypatch.setattr(ramp, "CLOSED_SECONDS", 0.1)


def ramped(**conditions: object) -> Subject:
    here = cell("psycopg3", clients=4, pool_size=PoolSize(2, 2), **conditions)
    here = replace(here, conditions=here.conditions.unpaced())
    config = config_of("matrix: {adapter: psycopg3}")
    (contender,) = contenders.resolve(config, contenders.classes(config)).values()
    return Subject(here, Place(1, 1, 1), "f001", contender)


@pytest.mark.usefixtures("short")
def test_what_a_statement_allows_is_an_upper_bound_of_what_is_found(context: Context) -> None:
    """Two connections that are busy for 10 ms each serve 200 a second at most."""
    subject = ramped(workload="hold", hold=0.01)
    found = list(ramps(subject, context, {"total_ms_p99": 0.015}))
    assert [line.number for line in found] == list(range(1, RAMPS + 1))
    assert all(line.reason is None and line.windows > 0 for line in found)
    assert all(0 < (line.low_per_s or 0.0) <= 220 for line in found)


@pytest.mark.usefixtures("short")
def test_times_that_no_rate_keeps_are_a_reason(context: Context) -> None:
    subject = ramped(workload="hold", hold=0.05)
    (line,) = ramps(subject, context, {"total_ms_p50": 0.001})
    assert line.low_per_s is None
    assert line.reason is not None
    assert line.reason.id == "ramp.none_kept"


@pytest.mark.usefixtures("short")
def test_what_is_there_is_not_looked_for_again(context: Context) -> None:
    found = list(ramps(ramped(), context, {"total_ms_p99": 1.0}, first=RAMPS))
    assert [line.number for line in found] == [RAMPS]


@pytest.mark.usefixtures("short")
def test_the_windows_of_a_ramp_drop_what_those_of_the_run_drop(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped: list[int] = []

    def keeps_at_first(record: TurnRecord, _limits: object) -> bool:
        dropped.append(record.shed)
        return len(dropped) < 10

    monkeypatch.setattr(ramp, "keeps_limits", keeps_at_first)
    list(ramps(ramped(workload="hold", hold=0.05), context, {"total_ms_p99": 1.0}, shed=0.001))
    assert any(dropped)
