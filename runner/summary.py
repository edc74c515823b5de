"""From what a cell answered to its line in `cells.csv`, and from its lines to `summary.csv`."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, fields
from statistics import median
from typing import TYPE_CHECKING, Any

from adapters.base import Failure
from runner.result import Result, Status, TurnResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.histogram import Histogram
    from runner.plan import Cell
    from runner.tally import Measured
    from runner.turn import TurnOrder

EQUAL_SHARE = 10
"""Operations of an equal share from which a client without one counts as starved (METHOD 15)."""

MILLION = 1_000_000


@dataclass(frozen=True)
class Place:
    """Where in a run a cell was measured."""

    session: int
    round: int
    position: int


@dataclass(frozen=True)
class Outcome:
    """What became of a cell in a round, before it is put into numbers."""

    status: Status = Status.OK
    reason: str = ""
    flags: tuple[str, ...] = ()
    measured: Measured | None = None
    first_connection_ms: float | None = None
    rows: tuple[int, int, int] = (0, 0, 0)
    """Inserted, deleted, uncertain: over the whole life of the process."""
    sessions_opened: int | None = None
    rows_found: int | None = None
    """None where there is no table to count in, or where it could not be counted."""


@dataclass(frozen=True)
class Driver:
    """What a row says of its adapter. `pools` is False where there is no pool to have a size."""

    name: str
    version: str
    pools: bool = True


def result(cell: Cell, place: Place, driver: Driver, outcome: Outcome) -> Result:
    """Return the line of a cell in a round. A row that cannot be true is `suspect`."""
    status, reason = _judged(outcome)
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
        flags=" ".join(outcome.flags),
        reason=reason,
        first_connection_ms=outcome.first_connection_ms,
        sessions_opened=outcome.sessions_opened,
        **_rows(outcome),
        **(_numbers(outcome.measured, cell) if outcome.measured else {}),
    )


def turn_result(
    cell: Cell, place: Place, order: TurnOrder, started: str, measured: Measured
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


def _judged(outcome: Outcome) -> tuple[Status, str]:
    """Hold the rows in the table against those that the clients say they wrote (METHOD 10)."""
    inserted, deleted, uncertain = outcome.rows
    found, expected = outcome.rows_found, inserted - deleted
    if outcome.status is Status.OK and found is not None and abs(found - expected) > uncertain:
        reason = (
            f"rows do not add up: the clients inserted {inserted} and deleted {deleted} "
            f"({uncertain} uncertain), the table has {found}"
        )
        return Status.SUSPECT, reason
    return outcome.status, outcome.reason


def _rows(outcome: Outcome) -> dict[str, Any]:
    if outcome.measured is None:
        return {"rows_found": outcome.rows_found}
    inserted, deleted, uncertain = outcome.rows
    return {
        "rows_inserted": inserted,
        "rows_deleted": deleted,
        "rows_uncertain": uncertain,
        "rows_found": outcome.rows_found,
    }


def _numbers(measured: Measured, cell: Cell) -> dict[str, Any]:
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
        "jain": jain(measured.ok),
        "first_failure_ms": _milliseconds(measured.first_failure),
        "exhausted_ms": _milliseconds(measured.exhausted),
        "examples": json.dumps(measured.examples, ensure_ascii=False) if measured.examples else "",
    }


def _times(measured: Measured) -> dict[str, Any]:
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
