"""The columns of a cell with a fault: what it cost, and how its clients were served again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.results.recovery import recovery
from runner.times import SECOND

if TYPE_CHECKING:
    from runner.plan.plan import Cell
    from runner.results.outcome import Outcome

MILLISECONDS = 1000


def fault_columns(cell: Cell, outcome: Outcome) -> dict[str, Any]:
    """Return the columns of the fault; none where nothing was disturbed or measured."""
    measured, disturbed = outcome.measured, outcome.disturbed
    if measured is None or disturbed is None:
        return {}
    broken, mended = disturbed.broken, disturbed.mended
    fault = cell.conditions.fault
    done = mended if fault and fault.of_kind.in_hands else disturbed.done
    handed_out = sum(got >= done * SECOND for got in measured.broken)
    return {
        "fault_ms": broken * MILLISECONDS,
        "mended_ms": mended * MILLISECONDS,
        "broken_handed_out": handed_out,
        "acknowledged_lost": acknowledged_lost(cell, outcome),
        **_recovery(outcome),
    }


def _recovery(outcome: Outcome) -> dict[str, Any]:
    """Return what the time line says; nothing where nothing was done before the fault."""
    measured, disturbed = outcome.measured, outcome.disturbed
    if measured is None or disturbed is None:
        return {}
    slots = measured.timeline
    try:
        seen = recovery(
            [slot.operations for slot in slots],
            [slot.failures for slot in slots],
            disturbed.broken,
            disturbed.mended,
            [slot.holding for slot in slots],
        )
    except ValueError:
        return {}
    return {
        "unavailable_ms": seen.unavailable * MILLISECONDS,
        "failed_after_fault": seen.failures,
        "first_success_ms": _milliseconds(seen.first_success),
        "recovered_ms": _milliseconds(seen.recovered),
        "full_capacity_ms": _milliseconds(seen.full),
        "recovered": seen.recovered is not None,
    }


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * MILLISECONDS


def acknowledged_lost(cell: Cell, outcome: Outcome) -> int | None:
    """Count the rows that clients were told of and that are not there.

    None where that is not known: without a fault, and of a workload of the user's own. Deletes
    whose answer never came may have happened, so that they count for none.
    """
    written, found = outcome.written, outcome.seen.rows_found
    if outcome.disturbed is None or found is None or cell.conditions.own_workload:
        return None
    may_be_deleted = written.uncertain if written.deleted else 0
    return max(0, written.inserted - written.deleted - may_be_deleted - found)
