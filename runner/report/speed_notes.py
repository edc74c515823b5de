"""What stands under the table of a group: its signs, its reasons, its errors."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from runner.analysis.answer.open_questions import undecided_because
from runner.analysis.verdict import Verdict
from runner.messages import message
from runner.metrics import (
    CPU_SPEED,
    FAIRNESS,
    NETWORK_COST,
    POOLER_COST,
    POOLER_WAIT,
    PROCESS_FAIRNESS,
    ROUND_TRIP_TIME,
    TOTAL_P99,
)
from runner.report import failures, sessions_opened
from runner.roles import CONTROL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.report import Compared
    from runner.messages import Message
    from runner.report.entrant import Entrant
    from runner.results.round_trips import RoundTrips

FAIR = 0.95
"""Jain's index below this is said: in a group of equals one in twenty got nothing."""


def notes(entrants: Sequence[Entrant], trips: Sequence[RoundTrips]) -> list[Message]:
    """Return the notes under a table."""
    adapters = [entrant for entrant in entrants if entrant.name != CONTROL]
    in_order = sorted(adapters, key=lambda it: (it.summary.cell.conditions.rank, it.name))
    return [
        *_signs(adapters),
        *_reasons(adapters),
        *_times(adapters),
        *_processes(in_order),
        *_poolers(in_order),
        *_networks(in_order),
        *_round_trips(adapters, trips),
        *failures.notes(entrant.summary.rows for entrant in adapters),
        *sessions_opened.notes(entrant.summary.rows for entrant in adapters),
    ]


def _signs(adapters: Sequence[Entrant]) -> Iterator[Message]:
    """Yield the meaning of the signs below times and costs, where there are any."""
    lines = [
        line
        for adapter in adapters
        for metric in (TOTAL_P99, CPU_SPEED)
        if (line := adapter.lines.get(metric.column)) and line.low is not None
    ]
    signs = {line.verdict for line in lines if not (line.verdict.better or line.verdict.worse)}
    if signs - {Verdict.UNDECIDED}:
        yield message("table.nothing_told", baseline=lines[0].baseline)
    if Verdict.UNDECIDED in signs:
        yield message("table.not_decided")


def _reasons(adapters: Sequence[Entrant]) -> Iterator[Message]:
    """Yield why adapters without a flaw have no verdict, and who suffers when disturbed."""
    lines = [it.speed for it in adapters if it.speed and not it.flaw]
    undecided: dict[str, list[Compared]] = defaultdict(list)
    for line in lines:
        if line.verdict is Verdict.UNDECIDED and line.reason:
            undecided[line.reason.id].append(line)
        elif line.disturbance:
            yield message(
                "table.disturbed",
                disturbance=line.disturbance,
                ratio=line.mean_ratio,
                low=line.mean_low,
                high=line.mean_high,
            )
    for alike in undecided.values():
        yield undecided_because(alike)
    refused = (line.reason for line in lines if line.verdict is Verdict.NOT_COMPARED)
    for reason in dict.fromkeys(refused):
        yield message("table.reason", reason=reason)


def _times(adapters: Sequence[Entrant]) -> Iterator[Message]:
    """Yield whose times are those of all attempts, and who is unfair."""
    of_all = [adapter.name for adapter in adapters if adapter.of_all_attempts]
    if of_all:
        yield message("table.attempts", adapters=of_all)
    for adapter in adapters:
        jain = adapter.summary.median(FAIRNESS.column)
        if jain is not None and jain < FAIR:
            yield message("table.unfair", adapter=adapter.name, jain=jain)


def _processes(in_order: Sequence[Entrant]) -> Iterator[Message]:
    """Yield the ceiling of the cores where there are several processes, and uneven ones."""
    several = [it for it in in_order if it.summary.cell.conditions.processes > 1]
    ceilings = [
        message("table.ceiling_of", adapter=it.name, ceiling=it.ceiling, reached=it.of_ceiling)
        for it in (in_order if several else ())
        if it.ceiling
    ]
    if ceilings:
        yield message("table.ceiling", ceilings=ceilings)
    for it in several:
        jain = it.summary.median(PROCESS_FAIRNESS.column)
        if jain is not None and jain < FAIR:
            slowest, fastest = it.process_rates
            yield message(
                "table.uneven", adapter=it.name, jain=jain, slowest=slowest, fastest=fastest
            )


def _poolers(in_order: Sequence[Entrant]) -> Iterator[Message]:
    """Yield what operations take of poolers, where there are any, and the longest wait there."""
    pooled = [it for it in in_order if it.summary.cell.conditions.pooled]
    parts = [
        message(
            "table.pooler_of",
            entrant=it.name,
            cpu=cpu,
            maxwait=max(it.summary.values(POOLER_WAIT.column), default=None),
        )
        for it in pooled
        if (cpu := it.summary.median(POOLER_COST.column)) is not None
    ]
    if parts:
        yield message("table.pooler", poolers=parts)


def _networks(in_order: Sequence[Entrant]) -> Iterator[Message]:
    """Yield the round trip of networks of ours, where there are any, and what they take."""
    parts = [
        message(
            "table.network_of",
            entrant=it.name,
            trip=it.summary.median(ROUND_TRIP_TIME.column),
            cpu=it.summary.median(NETWORK_COST.column),
        )
        for it in in_order
        if it.summary.cell.conditions.networked
    ]
    if parts:
        yield message("table.network", networks=parts)


def _round_trips(adapters: Sequence[Entrant], trips: Sequence[RoundTrips]) -> Iterator[Message]:
    """Yield what an operation costs on the wire, which mostly explains its speed (METHOD 11).

    It is not counted through a pooler.
    """
    conditions = adapters[0].summary.cell.conditions
    direct = [it for it in adapters if not it.summary.cell.conditions.pooled]
    names = {adapter.summary.cell.contender for adapter in direct}
    counts: dict[float, list[str]] = defaultdict(list)
    for trip in trips:
        of_group = (trip.profile, trip.workload) == (conditions.profile, conditions.workload)
        if of_group and trip.adapter in names and trip.exchanges_per_op is not None:
            counts[trip.exchanges_per_op].append(trip.adapter)
    if len(direct) < len(adapters):
        yield message("table.trips_pooled")
    if len(counts) == 1 and len(next(iter(counts.values()))) == len(names):
        yield message("table.trips_each", trips=next(iter(counts)))
    elif counts:
        parts = [
            message("table.trips_of", trips=count, adapters=counts[count])
            for count in sorted(counts)
        ]
        yield message("table.trips", counts=parts)
    if counts and any(row.encrypted for adapter in direct for row in adapter.summary.rows):
        yield message("table.trips_in_clear")
