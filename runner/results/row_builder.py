"""The making of a row from the outcome of a cell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from adapters.base import Failure
from runner.messages import message
from runner.results.conservation import accounted, complaints
from runner.results.drift import drifts
from runner.results.fault_columns import acknowledged_lost, fault_columns
from runner.results.kept_text import kept
from runner.results.row import LATE_PICK_UP, RELAY_BOUND, Row, Status, TurnRow
from runner.times import SECOND
from runner.worker.histogram import merged
from runner.worker.protocol import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.messages import Message
    from runner.plan.contender import Driver
    from runner.plan.plan import Cell
    from runner.plan.tasks import Place
    from runner.results.outcome import Outcome
    from runner.results.taken_turn import TakenTurn
    from runner.worker.histogram import Histogram
    from runner.worker.protocol import TurnRecord

EQUAL_SHARE = 10
"""Operations of an equal share from which a client without one counts as starved (METHOD 15)."""

MILLION = 1_000_000

LEAST_SERVER_CPU = 0.05
"""The least CPU of the server, in seconds, that is told: of its processes that have ended it is
known in ticks of 10 ms."""

ONE_CORE = 0.9
"""The least share of a core with which a client process is itself the bottleneck, and of its own
cores with which the server is (METHOD 14)."""

ROWS_NOT_JUDGED = "rows_not_judged"
"""The flag of a workload of the user's own: what it reads and writes, no law can count."""

SETTINGS_NOT_JUDGED = "settings_not_judged"
"""The flag of a cell whose pooler lends it another session each time: none is the pool's own."""

ACKNOWLEDGED_LOST = "acknowledged_lost"
"""The flag of a row whose clients were told of writes that the server had not kept."""

MOST_LATE = 0.1
"""The part of an operation's p99 that the p99 of the lateness may be."""

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
        flags=" ".join([*outcome.flags, *_flags(cell, outcome)]),
        reason=reason and reason.with_texts(kept),
        turns=outcome.turns or None,
        **_evidence(cell, driver, outcome),
        **_numbers(outcome, cell),
        **fault_columns(cell, outcome),
    )


def turn_row(cell: Cell, place: Place, turn: TakenTurn) -> TurnRow:
    """Return the line of a turn."""
    order, measured = turn.order, turn.record
    ok, failed = sum(measured.ok), sum(measured.failures.values())
    mean = measured.histograms["total"].mean
    return TurnRow(
        cell=cell.id,
        group=cell.group,
        session=place.session,
        round=place.round,
        position=place.position,
        turn=order.number,
        started_at=turn.started_at,
        lead_in_ms=order.lead_in * 1000,
        seconds=measured.seconds,
        operations=ok + failed,
        ok=ok,
        failed=failed,
        leaked=measured.leaked,
        ops_per_s=measured.weight / measured.seconds,
        total_ms_mean=None if mean is None else mean / MILLION,
        uncut=turn.uncut,
        replaced=turn.replaced,
        client_cpu_ms=measured.cpu / MILLION,
        server_cpu_ms=None if turn.server_cpu is None else turn.server_cpu * 1000,
    )


def _judged(cell: Cell, driver: Driver, outcome: Outcome) -> tuple[Status, Message | None]:
    """Call a row that breaks a law of conservation suspect, unless it is worse already."""
    broken = complaints(cell, driver, outcome) if outcome.status is Status.OK else []
    if not broken:
        return outcome.status, outcome.reason
    reason = broken[0] if len(broken) == 1 else message("law.several", laws=broken)
    return Status.SUSPECT, reason


def _flags(cell: Cell, outcome: Outcome) -> Iterator[str]:
    if cell.conditions.own_workload:
        yield ROWS_NOT_JUDGED
    if cell.conditions.lends_sessions:
        yield SETTINGS_NOT_JUDGED
    if acknowledged_lost(cell, outcome):
        yield ACKNOWLEDGED_LOST
    measured, short = outcome.measured, outcome.short or outcome.measured
    if measured is None or short is None or not measured.seconds:
        return
    cores = min(cell.conditions.processes, max(1, outcome.cores))
    full = short.cpu >= ONE_CORE * cores * short.seconds * SECOND
    if full or (measured.loop_lag_mean or 0.0) > LATE_LOOP:
        yield "client_bound"
    if filled := fills(outcome.network_share, outcome.server_share, outcome.server_cores):
        yield filled
    if outcome.pooler_share is not None and outcome.pooler_share >= ONE_CORE:
        yield "pooler_bound"
    if drifts(outcome.rates) or drifts(short.slices):
        yield "drifting"
    if _is_late(outcome.uncut or measured):
        yield LATE_PICK_UP


def fills(network: float | None, server: float | None, cores: int | None) -> str:
    """Tell whose CPU fills what it has: the flag of the server or of a network, or an empty text.

    `network` is a share of one core: that is all that its one thread can have. `server` is one of
    the server's own cores, what is beside it there included. A network is the limit, too, where
    these are full with it and would not be without it.
    """
    of_network, whole = network or 0.0, server or 0.0
    if whole - of_network / (cores or 1) >= ONE_CORE:
        return "server_bound"
    return RELAY_BOUND if max(whole, of_network) >= ONE_CORE else ""


def _is_late(measured: TurnRecord) -> bool:
    """Tell whether the harness itself is a part of the times that its open loop shows."""
    late, total = (measured.histograms[part].percentile(0.99) for part in ("late", "total"))
    return late is not None and total is not None and late > MOST_LATE * total


def _evidence(cell: Cell, driver: Driver, outcome: Outcome) -> dict[str, Any]:
    seen, written, measured = outcome.seen, outcome.written, outcome.measured
    server = _enough(outcome.server_cpu, outcome)
    pooler = _enough(outcome.pooler_cpu, outcome)
    network = _enough(outcome.network_cpu, outcome)
    trip = seen.network_round_trip
    rows = (
        {}
        if measured is None or cell.conditions.own_workload
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
        "server_cpu_us_per_op": server and server * MILLION / outcome.server_operations,
        "pooler_cpu_us_per_op": pooler and pooler * MILLION / outcome.server_operations,
        "pooler_maxwait_ms": None if seen.pooler_maxwait is None else seen.pooler_maxwait * 1000,
        "pooler_sessions": seen.pooler_sessions,
        "round_trip_ms": None if trip is None else trip * 1000,
        "network_cpu_us_per_op": network and network * MILLION / outcome.server_operations,
        "client_rss_mb": None if seen.rss is None else seen.rss / MILLION,
        **rows,
        "rows_found": None if cell.conditions.own_workload else seen.rows_found,
        "encrypted": None if seen.transport is None else seen.transport == "tls",
        "transport_seen": seen.transport or "",
        "connections": driver.most(cell.conditions) if driver.pools else None,
        "ceiling_ops_per_s": None if server is None else _ceiling(cell, outcome, server),
    }


def _enough(cpu: float | None, outcome: Outcome) -> float | None:
    """Return seconds of CPU that are enough to be told by operation; else None."""
    return cpu if cpu and cpu >= LEAST_SERVER_CPU and outcome.server_operations else None


def _ceiling(cell: Cell, outcome: Outcome, server_cpu: float) -> float | None:
    """Return the rate at which the cores would be full, by the CPU that an operation takes.

    A pooler and a network are on the server's cores.
    """
    short = outcome.short or outcome.measured
    between = _cpu_between(cell, outcome)
    if short is None or not short.weight or not short.cpu or between is None:
        return None
    client = short.cpu / SECOND / short.weight
    server = (server_cpu + between) / outcome.server_operations
    if outcome.server_cores:
        return min(cell.conditions.processes / client, outcome.server_cores / server)
    return outcome.cores / (client + server)


def _cpu_between(cell: Cell, outcome: Outcome) -> float | None:
    """Return the seconds of CPU of a pooler and a network of ours; None where not all is known."""
    there = cell.conditions
    if there.pooled and outcome.pooler_cpu is None:
        return None
    if there.networked and outcome.network_cpu is None:
        return None
    return (outcome.pooler_cpu or 0.0) + (outcome.network_cpu or 0.0)


def _numbers(outcome: Outcome, cell: Cell) -> dict[str, Any]:
    """Return the columns of what was measured (METHOD 3).

    Counts are of all turns, rates, means and costs of the short ones, and tails of the uncut one.
    """
    measured = outcome.measured
    if measured is None:
        return {}
    short, uncut = outcome.short or measured, outcome.uncut or measured
    ok, failed = sum(measured.ok), sum(measured.failures.values())
    return {
        "seconds": measured.seconds,
        "operations": ok + failed,
        "ok": ok,
        **{kind.value: measured.failures[kind.value] for kind in Failure},
        "release_failed": measured.release_failed,
        "leaked": measured.leaked,
        "stuck_clients": measured.stuck,
        "waiting_clients": uncut.waiting,
        "starved_clients": starved(uncut.ok, _operations(uncut), leaks=cell.conditions.leak > 0),
        "failed_share": failed / (ok + failed) if ok + failed else None,
        "ops_per_s": short.weight / short.seconds if short.seconds else None,
        **_tails(uncut),
        **_means(short),
        **_cost(short),
        "held_max": measured.held or None,
        "loop_lag_ms_max": _milliseconds(measured.loop_lag),
        "parked_cpu_share": measured.parked_cpu / measured.parked if measured.parked else None,
        "jain": jain(uncut.ok),
        **_arrivals(outcome, measured, uncut),
        **_processes(measured, cell),
        "first_failure_ms": _milliseconds(measured.first_failure),
        "exhausted_ms": _milliseconds(measured.exhausted),
        "examples": _examples(measured),
    }


def _arrivals(outcome: Outcome, measured: TurnRecord, uncut: TurnRecord) -> dict[str, Any]:
    """Return the columns of an open loop."""
    if outcome.arrivals_per_s is None:
        return {}
    picked, late = uncut.histograms["picked"], uncut.histograms["late"]
    return {
        "rate_per_s": outcome.arrivals_per_s,
        "arrivals": measured.arrivals,
        "shed": measured.shed,
        "unfinished": measured.unfinished,
        "picked_ms_p50": _percentile(picked, 0.5),
        "picked_ms_p99": _percentile(picked, 0.99),
        "late_ms_p50": _percentile(late, 0.5),
        "late_ms_p99": _percentile(late, 0.99),
        "late_ms_max": _milliseconds(late.maximum) if len(late) else None,
    }


def _processes(measured: TurnRecord, cell: Cell) -> dict[str, Any]:
    """Return how evenly the processes shared the work, which their sum hides."""
    clients, count = cell.conditions.clients, cell.conditions.processes
    if count == 1:
        return {}
    ok = [sum(measured.ok[place * clients : (place + 1) * clients]) for place in range(count)]
    rates = [it / measured.seconds for it in ok] if measured.seconds else []
    return {
        "process_jain": jain(ok),
        "process_ops_per_s_min": min(rates, default=None),
        "process_ops_per_s_max": max(rates, default=None),
    }


def _examples(measured: TurnRecord) -> str:
    examples = {kind: kept(text) for kind, text in measured.examples.items()}
    return json.dumps(examples, ensure_ascii=False) if examples else ""


def _operations(measured: TurnRecord) -> int:
    return sum(measured.ok) + sum(measured.failures.values())


def _cost(short: TurnRecord) -> dict[str, Any]:
    per_second = short.cpu / short.seconds if short.seconds else None
    return {
        "client_cpu_us_per_op": short.cpu / 1000 / short.weight if short.weight else None,
        "client_cpu_share": None if per_second is None else per_second / SECOND,
    }


def _means(short: TurnRecord) -> dict[str, Any]:
    return {
        f"{part}_ms_mean": _milliseconds(short.histograms[part].mean)
        for part in ("wait", "use", "release", "total")
    }


def _tails(uncut: TurnRecord) -> dict[str, Any]:
    wait, use, release, total, failed, waiting, *_ = (uncut.histograms[part] for part in PARTS)
    response = merged([total, failed, waiting])
    longest = max(wait.maximum, uncut.longest_wait)
    return {
        "wait_ms_p50": _percentile(wait, 0.5),
        "wait_ms_p99": _percentile(wait, 0.99),
        "wait_ms_max": _milliseconds(longest) if longest else None,
        "use_ms_p50": _percentile(use, 0.5),
        "use_ms_p99": _percentile(use, 0.99),
        "release_ms_p50": _percentile(release, 0.5),
        "release_ms_p99": _percentile(release, 0.99),
        "total_ms_p50": _percentile(total, 0.5),
        "total_ms_p99": _percentile(total, 0.99),
        "total_ms_p999": _percentile(total, 0.999),
        "total_ms_max": _milliseconds(total.maximum) if len(total) else None,
        "failed_ms_p50": _percentile(failed, 0.5),
        "failed_ms_max": _milliseconds(failed.maximum) if len(failed) else None,
        "response_ms_p50": _percentile(response, 0.5),
        "response_ms_p99": _percentile(response, 0.99),
        "response_ms_max": _milliseconds(response.maximum) if len(response) else None,
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
