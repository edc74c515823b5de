"""The making of a row from the outcome of a cell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from adapters.base import Failure
from runner.messages import message
from runner.results.conservation import accounted, complaints
from runner.results.drift import drifts
from runner.results.row import Row, Status, TurnRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.messages import Message
    from runner.plan.contender import Driver
    from runner.plan.plan import Cell
    from runner.plan.tasks import Place
    from runner.results.outcome import Outcome
    from runner.worker.histogram import Histogram
    from runner.worker.protocol import TurnOrder, TurnRecord

EQUAL_SHARE = 10
"""Operations of an equal share from which a client without one counts as starved (METHOD 15)."""

MILLION = 1_000_000
BILLION = 1_000_000_000

CLOCK_TICKS = 100
"""Ticks in a second, in which the CPU of other processes is counted."""

FEWEST_TICKS = 20
"""The least number of ticks of the server's CPU that is told: fewer are mostly rounding."""

ONE_CORE = 0.9
"""The least share of a core with which a client process is itself the bottleneck (METHOD 14)."""

LATE_LOOP = 10 * MILLION
"""The least mean delay, in nanoseconds, with which an event loop is itself the bottleneck."""


def build_row(cell: Cell, place: Place, driver: Driver, outcome: Outcome) -> Row:
    """Return the line of a cell in a round. A row that cannot be true is `suspect`."""
    status, reason = _judged(cell, driver, outcome)
    return Row(
        cell=cell,
        session=place.session,
        round=place.round,
        position=place.position,
        driver=driver.name,
        driver_version=driver.version,
        pooled=driver.pools,
        status=status,
        flags=" ".join([*outcome.flags, *_flags(outcome)]),
        reason=reason,
        turns=len(outcome.rates) or None,
        **_evidence(cell, outcome),
        **(_numbers(outcome.measured, cell) if outcome.measured else {}),
    )


def turn_row(
    cell: Cell, place: Place, order: TurnOrder, started: str, measured: TurnRecord
) -> TurnRow:
    """Return the line of a turn."""
    ok, failed = sum(measured.ok), sum(measured.failures.values())
    mean = measured.histograms["total"].mean
    return TurnRow(
        cell=cell.id,
        group=cell.group,
        session=place.session,
        round=place.round,
        position=place.position,
        turn=order.number,
        started_at=started,
        lead_in_ms=order.lead_in * 1000,
        seconds=measured.seconds,
        operations=ok + failed,
        ok=ok,
        failed=failed,
        leaked=measured.leaked,
        ops_per_s=measured.weight / measured.seconds,
        total_ms_mean=None if mean is None else mean / MILLION,
    )


def _judged(cell: Cell, driver: Driver, outcome: Outcome) -> tuple[Status, Message | None]:
    """Call a row that breaks a law of conservation suspect, unless it is worse already."""
    broken = complaints(cell, driver, outcome) if outcome.status is Status.OK else []
    if not broken:
        return outcome.status, outcome.reason
    reason = broken[0] if len(broken) == 1 else message("law.several", laws=broken)
    return Status.SUSPECT, reason


def _flags(outcome: Outcome) -> Iterator[str]:
    measured = outcome.measured
    if measured is None or not measured.seconds:
        return
    full = measured.cpu >= ONE_CORE * measured.seconds * BILLION
    if full or (measured.loop_lag_mean or 0.0) > LATE_LOOP:
        yield "client_bound"
    if drifts(outcome.rates) or drifts(measured.slices):
        yield "drifting"


def _evidence(cell: Cell, outcome: Outcome) -> dict[str, Any]:
    seen, written, measured = outcome.seen, outcome.written, outcome.measured
    server = seen.server_cpu
    if server is not None and (server < FEWEST_TICKS / CLOCK_TICKS or not outcome.finished):
        server = None
    rows = (
        {}
        if measured is None
        else {
            "rows_inserted": written.inserted,
            "rows_deleted": written.deleted,
            "rows_uncertain": written.uncertain,
        }
    )
    return {
        "first_connection_ms": seen.first_connection_ms,
        "pool_full_ms": seen.pool_full_ms,
        "connections_max": seen.connections_max,
        "sessions_opened": seen.sessions_opened,
        "commits": seen.commits,
        "operations_finished": None if measured is None else outcome.finished,
        "accounted_share": accounted(cell, outcome),
        "server_cpu_us_per_op": None if server is None else server * MILLION / outcome.finished,
        "client_rss_mb": None if seen.rss is None else seen.rss / MILLION,
        **rows,
        "rows_found": seen.rows_found,
    }


def _numbers(measured: TurnRecord, cell: Cell) -> dict[str, Any]:
    ok, failed = sum(measured.ok), sum(measured.failures.values())
    return {
        "seconds": measured.seconds,
        "operations": ok + failed,
        "ok": ok,
        **{kind.value: measured.failures[kind.value] for kind in Failure},
        "release_failed": measured.release_failed,
        "leaked": measured.leaked,
        "stuck_clients": measured.stuck,
        "waiting_clients": measured.waiting,
        "starved_clients": starved(measured.ok, ok + failed, leaks=cell.conditions.leak > 0),
        "failed_share": failed / (ok + failed) if ok + failed else None,
        "ops_per_s": measured.weight / measured.seconds if measured.seconds else None,
        **_times(measured),
        **_cost(measured),
        "jain": jain(measured.ok),
        "first_failure_ms": _milliseconds(measured.first_failure),
        "exhausted_ms": _milliseconds(measured.exhausted),
        "examples": json.dumps(measured.examples, ensure_ascii=False) if measured.examples else "",
    }


def _cost(measured: TurnRecord) -> dict[str, Any]:
    per_second = measured.cpu / measured.seconds if measured.seconds else None
    return {
        "held_max": measured.held or None,
        "client_cpu_us_per_op": measured.cpu / 1000 / measured.weight if measured.weight else None,
        "client_cpu_share": None if per_second is None else per_second / BILLION,
        "loop_lag_ms_max": _milliseconds(measured.loop_lag),
        "parked_cpu_share": measured.parked_cpu / measured.parked if measured.parked else None,
    }


def _times(measured: TurnRecord) -> dict[str, Any]:
    wait, use, release, total, failed = (
        measured.histograms[part] for part in ("wait", "use", "release", "total", "failed")
    )
    longest = max(wait.maximum, measured.longest_wait)
    return {
        "wait_ms_p50": _percentile(wait, 0.5),
        "wait_ms_p99": _percentile(wait, 0.99),
        "wait_ms_max": _milliseconds(longest) if longest else None,
        "use_ms_p50": _percentile(use, 0.5),
        "use_ms_p99": _percentile(use, 0.99),
        "release_ms_p50": _percentile(release, 0.5),
        "release_ms_p99": _percentile(release, 0.99),
        "wait_ms_mean": _milliseconds(wait.mean),
        "use_ms_mean": _milliseconds(use.mean),
        "release_ms_mean": _milliseconds(release.mean),
        "total_ms_mean": _milliseconds(total.mean),
        "total_ms_p50": _percentile(total, 0.5),
        "total_ms_p99": _percentile(total, 0.99),
        "total_ms_p999": _percentile(total, 0.999),
        "total_ms_max": _milliseconds(total.maximum) if len(total) else None,
        "failed_ms_p50": _percentile(failed, 0.5),
        "failed_ms_max": _milliseconds(failed.maximum) if len(failed) else None,
    }


def _percentile(histogram: Histogram, share: float) -> float | None:
    return _milliseconds(histogram.percentile(share))


def _milliseconds(nanoseconds: float | None) -> float | None:
    return None if nanoseconds is None else nanoseconds / MILLION


def jain(counts: Sequence[int]) -> float | None:
    """Return Jain's fairness index of the counts, None where all are 0.

    R. Jain, D. Chiu, W. Hawe: A Quantitative Measure of Fairness and Discrimination for Resource
    Allocation in Shared Computer Systems. DEC TR-301, 1984.
    """
    squares = sum(count * count for count in counts)
    return sum(counts) ** 2 / (len(counts) * squares) if squares else None


def starved(ok: Sequence[int], operations: int, *, leaks: bool) -> int:
    """Count the clients without a success where an equal share would have been ten or more.

    Where connections leak there is no such condition: to have got none is the event.
    """
    if not leaks and operations < EQUAL_SHARE * len(ok):
        return 0
    return ok.count(0)
