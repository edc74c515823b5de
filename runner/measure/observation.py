"""Observations of a cell from outside, while nothing is measured.

A server that is lost meanwhile is a flag of the row: what was measured is stored all the same.
"""

from __future__ import annotations

import math
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict
from statistics import median
from typing import TYPE_CHECKING

from runner.measure.member import SERVER_LOST
from runner.results.outcome import changes
from runner.server.dsn import ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.measure.context import Context
    from runner.measure.member import Member
    from runner.server.evidence import Evidence, OwnTable
    from runner.server.server import Server
    from runner.worker.protocol import Opening, TurnOrder

WATCH_SECONDS = 0.05
"""Pause between two looks at the connections of a cell that works."""

COUNTERS_RESET = "counters_reset"
"""The flag of a row whose fault stopped the server: what that counted until then says nothing."""

FEWEST_TRIPS, MOST_TRIPS, TRIPS_SECONDS = 5, 50, 0.1
"""The number of bare exchanges through the network of a cell, by the time that they take."""

LEAVE_SECONDS = 5.0
"""Limit for the server to notice that a cell is gone."""

ATTEMPTS = 40
ATTEMPT_SECONDS = 0.025
"""Number and distance of the questions about connections that may just be ending."""


@contextmanager
def server_may_be_lost(member: Member) -> Iterator[None]:
    """Go on without the server, and flag the row."""
    try:
        yield
    except ServerError:
        member.flag(SERVER_LOST)


def observe_opened(member: Member, opening: Opening, context: Context) -> None:
    """Note the times of opening a pool."""
    member.see(**asdict(opening))
    if member.subject.on_server:
        member.see(**_round_trips(member, context))
        with server_may_be_lost(member):
            member.see(connections_max=count(member, context.server, warm_up=True))
        if inspection := member.run.inspect():
            if not member.subject.cell.conditions.lends_sessions:
                member.see(settings=inspection.settings)
            if context.server.transparent and not member.pooler:
                member.see(transport=inspection.transport)


def _round_trips(member: Member, context: Context) -> dict[str, float | None]:
    """Time bare exchanges on the way that the clients of a cell take: no answer is sooner.

    A PgBouncer knows only the clients of its cell. Behind one, and without a network, they are
    those of the runner's own connection, and what a network is told to hold them back for.
    """
    rtt = member.subject.cell.conditions.rtt.seconds
    if member.network is None or member.pooler:
        bare = context.round_trip()
        return {"round_trip": None if bare is None else bare + rtt}
    number = round(min(MOST_TRIPS, max(FEWEST_TRIPS, TRIPS_SECONDS / rtt if rtt else MOST_TRIPS)))
    with suppress(ServerError):  # the cell itself will say what is wrong, or whoever asks next
        trips = context.server.round_trips(number, member.network.port)
        return {"round_trip": min(trips), "network_round_trip": median(trips)}
    return {}


def observe_route(member: Member) -> None:
    """Let a cell whose pooler or network is broken fail for that, whatever it says itself."""
    if trouble := member.trouble():
        member.run.refuse(trouble)


def count(member: Member, server: Server, *, warm_up: bool = False) -> int | None:
    """Count the connections of a cell on the server, or on its pooler; None where not known.

    In the warm-up clients wait for the pooler's first sessions, and that is no wait of the cell's.
    """
    if member.pooler is None:
        return server.connections(member.subject.key, member.application_name)
    gauges = member.pooler.gauges()
    if gauges is None:
        return None
    if not warm_up:
        member.see(pooler_maxwait=max(member.seen.pooler_maxwait or 0.0, gauges.maxwait))
    return gauges.clients


def watch(
    member: Member, order: TurnOrder, server: Server, *, uncut: bool
) -> Callable[[], float] | None:
    """Make a watch on the connections of a cell for those parts of a turn that no rate is of.

    None where the turn has none: then a pool is seen as it is when nobody uses it.
    """
    conditions = member.subject.cell.conditions
    lead_in = 0.0 if conditions.takes_turns else order.lead_in
    seconds = order.lead_in + order.length if uncut or not order.number else lead_in
    until = time.monotonic() + seconds - WATCH_SECONDS
    if not seconds or not member.subject.on_server:
        return None

    def look() -> float:
        if time.monotonic() >= until or SERVER_LOST in member.flags:
            return math.inf
        with server_may_be_lost(member):
            number = count(member, server, warm_up=not order.number)
            if number is not None:
                member.see(connections_max=max(member.seen.connections_max or 0, number))
        return WATCH_SECONDS

    return look


def observe_parked(member: Member, server: Server) -> None:
    """Ask the system and the server about a parked cell: it disturbs nothing that is measured.

    It takes milliseconds, so that cells that take many turns are not asked about after each.
    """
    if (rss := member.run.rss()) is not None:
        member.see(rss=rss)
    if not member.subject.on_server:
        return
    with server_may_be_lost(member):
        if numbers := _connections(member, server):
            member.see(
                connections_max=max(member.seen.connections_max or 0, *numbers),
                connections_parked=max(member.seen.connections_parked or 0, numbers[-1]),
            )


def _connections(member: Member, server: Server) -> list[int]:
    """Count the connections, again while there is one too many: that can be one just ending."""
    driver = member.subject.contender.driver
    most = driver.most(member.subject.cell.conditions) if driver.bounded else None
    numbers: list[int] = []
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(ATTEMPT_SECONDS)
        number = count(member, server)
        if number is None:
            break
        numbers.append(number)
        if most is None or number <= most:
            break
    return numbers


def observe_finished(member: Member) -> None:
    """Ask a cell whose turns are over about itself, while it is parked for the last time."""
    observe_route(member)
    if not member.run.lives:
        return
    member.see(companions=tuple(member.run.companions() or ()))
    if not member.subject.on_server or not (inspection := member.run.inspect()):
        return
    before, after = member.seen.settings, inspection.settings
    if before is not None and after is not None:
        member.see(settings_changes=changes(before, after))
    if member.subject.cell.conditions.workload == "read":  # of others the rows change
        member.answers = inspection.answers


def observe_closed(member: Member, server: Server) -> None:
    """Wait until the server has noticed that a cell is gone."""
    member.route.close()  # what its pooler and its network have open is the cell's
    with server_may_be_lost(member):
        if not _gone(member, server):
            member.flag("connections_left")


def _gone(member: Member, server: Server) -> bool:
    """Wait until no session of a cell is left; false after `LEAVE_SECONDS`.

    A pooler's have not always the name of its clients.
    """
    if member.pooler is None:
        return server.disconnected(member.application_name, LEAVE_SECONDS) is not False
    deadline = time.monotonic() + LEAVE_SECONDS
    while server.connections(member.subject.key, member.application_name):
        if time.monotonic() > deadline:
            return False
        time.sleep(ATTEMPT_SECONDS)
    return True


def count_left(member: Member, server: Server) -> None:
    """Count the rows that a cell left behind, once nothing writes any more."""
    if not member.subject.on_server:
        return
    key = member.subject.key
    with server_may_be_lost(member):
        if server.lost:
            raise server.lost
        if not member.turns:
            server.look()  # a pool that does not open may be the first to notice
            return
        if _counters_reset(member):
            member.flag(COUNTERS_RESET)
        elif activity := server.activity(key):
            opened = "pooler_sessions" if member.pooler else "sessions_opened"
            member.see(**{opened: activity.sessions, "commits": activity.commits})
        if evidence := server.evidence(key, member.answers):  # after it: that is a session too
            _see(member, evidence)


def _counters_reset(member: Member) -> bool:
    """Tell a cell whose fault stopped the server: its counters may have begun anew."""
    fault = member.subject.cell.conditions.fault
    return fault is not None and fault.of_kind.stops


def _counted(own: OwnTable) -> dict[str, int]:
    """Return what the server's counters say of a table."""
    return {
        "writes": own.after.writes - own.before.writes,
        "lookups": own.after.lookups - own.before.lookups,
    }


def _see(member: Member, evidence: Evidence) -> None:
    member.see(rows_found=evidence.rows.count, ids_found=evidence.rows.ids)
    member.see(answers=len(member.answers), answers_wrong=evidence.wrong)
    if own := evidence.own:
        member.see(
            ids_drawn=own.ids,
            rows_beyond=own.beyond,
            rows_seeded=own.seeded,
            **({} if COUNTERS_RESET in member.flags else _counted(own)),
            database_changes=changes(own.before.definition, own.after.definition),
        )


def cpu_between(before: float | None, after: float | None) -> float | None:
    """Return the CPU between two readings; None where it is not known.

    Of processes that have ended it is known in ticks, so that it may seem to go back.
    """
    return None if before is None or after is None else max(0.0, after - before)
