"""The columns of a fault follow from a time line and from what was counted on both sides."""

from __future__ import annotations

from typing import Any

import pytest

from runner.fault import Fault
from runner.plan.contender import Driver
from runner.plan.tasks import Place
from runner.results.conservation import complaints
from runner.results.fault_columns import fault_columns
from runner.results.outcome import Outcome, Seen, Written
from runner.results.row_builder import build_row
from runner.results.taken_turn import Disturbed
from runner.worker.protocol import Slot
from tests.builders import cell, turn_record

DRIVER = Driver("driver", "1.0")
CELL = cell(fault=Fault("down", 0.5, 0.5))
LINE = (
    *[Slot(100, 0, 5.0, 5.0)] * 5,
    *[Slot(0, 2, 10.0, 0.0)] * 7,
    *[Slot(90, 0, 5.0, 4.0)] * 4,
    *[Slot(100, 0, 5.0, 5.0)] * 10,
)
BROKEN = tuple(round(seconds * 1e9) for seconds in (0.51, 0.53, 0.6, 1.1))


def outcome(written: Written | None = None, **seen: Any) -> Outcome:
    record = turn_record(timeline=LINE, broken=BROKEN)
    return Outcome(
        measured=record,
        disturbed=Disturbed(0.5, 1.0, 0.55),
        written=written or Written(inserted=100, begun=100),
        seen=Seen(**seen),
    )


def test_the_recovery_is_read_from_the_time_line() -> None:
    columns = fault_columns(CELL, outcome())
    assert columns == {
        "fault_ms": 500,
        "mended_ms": 1000,
        "unavailable_ms": pytest.approx(700),
        "failed_after_fault": 14,
        "broken_handed_out": 2,
        "first_success_ms": pytest.approx(200),
        "recovered_ms": pytest.approx(200),
        "full_capacity_ms": pytest.approx(600),
        "recovered": True,
        "acknowledged_lost": None,
    }


def test_a_cell_without_a_fault_has_none_of_them() -> None:
    assert fault_columns(cell(), Outcome(measured=turn_record())) == {}


@pytest.mark.parametrize(
    ("written", "found", "lost"),
    [
        (Written(inserted=100), 100, 0),
        (Written(inserted=100), 97, 3),
        (Written(inserted=100, uncertain=5), 97, 3),
        (Written(inserted=100, uncertain=5), 103, 0),
        (Written(inserted=100, deleted=10, uncertain=2), 88, 0),
        (Written(inserted=100, deleted=10, uncertain=2), 87, 1),
    ],
)
def test_rows_that_were_acknowledged_and_are_gone_are_counted_and_flagged_but_not_suspect(
    written: Written, found: int, lost: int
) -> None:
    seen = outcome(written, rows_found=found)
    row = build_row(CELL, Place(1, 1, 1), DRIVER, seen)
    assert row.acknowledged_lost == lost
    assert ("acknowledged_lost" in row.flags) == bool(lost)
    assert not any(law.id in ("law.rows", "law.ids") for law in complaints(CELL, DRIVER, seen))


def test_rows_that_nobody_wrote_are_a_lie_beside_a_fault_too() -> None:
    laws = complaints(CELL, DRIVER, outcome(Written(inserted=100), rows_found=101))
    assert "law.rows" in [law.id for law in laws]


def test_rows_that_are_gone_where_no_server_was_stopped_are_a_lie() -> None:
    killed = cell(fault=Fault("kill_idle", 0.5))
    laws = complaints(killed, DRIVER, outcome(Written(inserted=100), rows_found=97))
    assert "law.rows" in [law.id for law in laws]


def test_connections_that_were_ended_in_the_hands_of_clients_were_not_handed_out_broken() -> None:
    counts = {
        kind: fault_columns(cell(fault=Fault(kind, 0.5)), outcome())["broken_handed_out"]
        for kind in ("kill_idle", "kill_active")
    }
    assert counts == {"kill_idle": 2, "kill_active": 1}
