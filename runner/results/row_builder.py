"""From what a cell answered to its line in `cells.csv`, and from its lines to `summary.csv`."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import fields
from statistics import median
from typing import TYPE_CHECKING, Any

from adapters.base import Failure
from runner.results.conservation import accounted, complaints
from runner.results.drift import drifts
from runner.results.row import Result, Status, TurnResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.plan.plan import Cell
    from runner.plan.tasks import Place
    from runner.results.outcome import Driver, Outcome
    from runner.worker.histogram import Histogram
    from runner.worker.protocol import TurnOrder, TurnRecord

EQUAL_SHARE = 10
"""Operations of an equal share from which a client without one counts as starved (METHOD 15)."""

MILLION = 1_000_000
BILLION = 1_000_000_000

CLOCK_TICKS = 100
"""In a second: how fine the CPU of other processes is counted."""

FEWEST_TICKS = 20
"""Below which the server's CPU is not told: it would be mostly rounding."""

ONE_CORE = 0.9
"""CPU of a client process, against time, from which it is what was measured (METHOD 14)."""

LATE_LOOP = 10 * MILLION
"""How late an event loop is in the mean, in nanoseconds, when it is what was measured."""


def result(cell: Cell, place: Place, driver: Driver, outcome: Outcome) -> Result:
    """Return the line of a cell in a round. A row that cannot be true is `suspect`."""
    status, reason = _judged(cell, driver, outcome)
    return Result(
        cell=cell.id,
        group=cell.group,
        session=place.session,
        round=place.round,
        position=place.position,
        adapter=cell.adapter,
        driver=driver.name,
        driver_version=driver.version,
        profile=cell.profile,
        workload=cell.workload,
        cpus=cell.cpus,
        clients=cell.clients,
        pool_min=cell.pool_min if driver.pools else None,
        pool_max=cell.pool_max if driver.pools else None,
        acquire_timeout_ms=cell.acquire_timeout * 1000,
        error_pause_ms=cell.error_pause * 1000,
        think_time_ms=cell.think_time * 1000,
        leak=cell.leak,
        leak_reference=cell.leak_reference if cell.leak else "",
        status=status,
        flags=" ".join([*outcome.flags, *_flags(outcome)]),
        reason=reason,
        turns=len(outcome.rates) or None,
        **_evidence(cell, outcome),
        **(_numbers(outcome.measured, cell) if outcome.measured else {}),
    )


def turn_result(
    cell: Cell, place: Place, order: TurnOrder, started: str, measured: TurnRecord
) -> TurnResult:
    """Return the line of a turn."""
    ok, failed = sum(measured.ok), sum(measured.failures.values())
    mean = measured.histograms["total"].mean
    return TurnResult(
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


def _judged(cell: Cell, driver: Driver, outcome: Outcome) -> tuple[Status, str]:
    """Call a row that breaks a law of conservation suspect, unless it is worse already."""
    broken = complaints(cell, driver, outcome) if outcome.status is Status.OK else []
    return (Status.SUSPECT, "; ".join(broken)) if broken else (outcome.status, outcome.reason)


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
        "starved_clients": starved(measured.ok, ok + failed, leaks=cell.leak > 0),
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
    """Return how many clients had no success, where an equal share would have been ten or more.

    Where connections leak there is no such condition: to have got none is the event.
    """
    if not leaks and operations < EQUAL_SHARE * len(ok):
        return 0
    return ok.count(0)


NOT_SUMMARISED = ("session", "round", "position", "status", "flags", "reason", "examples")
COLUMNS = [column.name for column in fields(Result) if column.name not in NOT_SUMMARISED]
IDENTITY = COLUMNS[: COLUMNS.index("leak_reference") + 1]
"""The columns that are the same in every round of a cell."""

METRICS = COLUMNS[len(IDENTITY) :]


def summaries(results: Iterable[Result]) -> list[dict[str, Any]]:
    """Return a line for each cell over its rounds: median, minimum and maximum of each metric.

    Only rows with status `ok` are summarised; `rounds` counts them and `bad_rounds` the others.
    """
    cells: dict[str, list[Result]] = defaultdict(list)
    for row in paired(results):
        cells[row.cell].append(row)
    return [_summary(rows) for rows in cells.values()]


def _summary(rows: list[Result]) -> dict[str, Any]:
    good = [row for row in rows if not row.bad]
    line = {name: getattr(rows[0], name) for name in IDENTITY}
    line |= {"rounds": len(good), "bad_rounds": len(rows) - len(good)}
    for metric in METRICS:
        values = [value for row in good if (value := getattr(row, metric)) is not None]
        line[f"{metric}_median"] = median(values) if values else None
        line[f"{metric}_min"] = min(values, default=None)
        line[f"{metric}_max"] = max(values, default=None)
    return line


def paired(results: Iterable[Result]) -> list[Result]:
    """Return the rows that may be compared: of each group and round those of one session only.

    An interrupted run leaves a part of a group behind, which is measured again as a whole. Of
    several sessions the fullest counts, of equally full ones the last.
    """
    sessions: dict[tuple[str, int], dict[int, list[Result]]] = defaultdict(dict)
    for row in results:
        sessions[row.group, row.round].setdefault(row.session, []).append(row)
    chosen = []
    for by_session in sessions.values():
        chosen += max(by_session.items(), key=lambda item: (len(item[1]), item[0]))[1]
    return sorted(chosen, key=lambda row: (row.round, row.position))
