"""The taking of a turn: what is read around it, and where it is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.measure.fault_turn import FaultTurn
from runner.measure.observation import cpu_between, observe_parked, observe_route, watch
from runner.results.csv_file import unbelievable
from runner.results.row_builder import turn_row
from runner.results.taken_turn import TakenTurn
from runner.results.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.measure.context import Context
    from runner.measure.member import Member
    from runner.results.row import TurnRow
    from runner.worker.protocol import TurnOrder, TurnRecord

    Taken = Sequence[tuple[Member, TakenTurn]]


def take(
    member: Member, order: TurnOrder, context: Context, *, uncut: bool = False
) -> TakenTurn | None:
    """Let a cell take a turn; None where there is no answer.

    What leaves its worker unfit for another one is looked at before it ends. Where something went
    wrong its pooler or its network may be the reason. Raises Interrupted, and ServerLostError where
    there is no server any more to take it on.
    """
    turn = _taken(member, order, context, uncut=uncut)
    if turn is None or _went_wrong(turn.record):
        observe_route(member)
    return turn


def _taken(member: Member, order: TurnOrder, context: Context, *, uncut: bool) -> TakenTurn | None:
    subject = member.subject
    if subject.rate is not None:
        order = replace(order, rate=subject.rate, shed=subject.cell.conditions.shed)
    started = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    server = context.server if subject.on_server else None
    if server and server.lost:
        raise server.lost
    sources = server, member.pooler, member.through
    before = [source.cpu() if source else None for source in sources]
    fault, disturbed = subject.cell.conditions.fault, None
    if fault is None:
        record = member.run.turn(order, watch(member, order, context.server, uncut=uncut))
    else:
        fault_turn = FaultTurn(member, order, fault, context.server)
        record, disturbed, order = fault_turn.take(), fault_turn.disturbed, fault_turn.order
    if record is None:
        return None
    after = [source.cpu() if source else None for source in sources]
    if record.bug or record.stuck:
        observe_parked(member, context.server)
    cpu, of_pooler, of_network = map(cpu_between, before, after)
    turn = TakenTurn(
        order,
        record,
        started,
        None if disturbed else cpu,
        uncut,
        ahead=member.run.ahead,
        pooler_cpu=of_pooler,
        network_cpu=of_network,
        disturbed=disturbed,
    )
    if record.seconds and (wrong := unbelievable(_line(member, turn))):
        member.run.disbelieve(wrong)
        return None
    member.run.judge()
    return turn


def _went_wrong(record: TurnRecord) -> bool:
    """Tell whether anything failed, or nothing succeeded: clients may wait for what is gone."""
    return bool(record.stuck or any(record.failures.values()) or not any(record.ok))


def _line(member: Member, turn: TakenTurn) -> TurnRow:
    return turn_row(member.subject.cell, member.subject.place, turn)


def _connections(turn: TakenTurn) -> Mapping[int, int]:
    return turn.disturbed.connections if turn.disturbed else {}


def keep(taken: Taken, context: Context) -> None:
    """Let turns count for their cells, and store their lines. Raises RunFolderError."""
    lines = []
    for member, turn in taken:
        member.keep(turn)
        if turn.record.seconds:
            cell, place = member.subject.cell, member.subject.place
            lines.append(_line(member, turn))
            context.run_folder.append_timeline(
                timeline(cell.id, place, turn.order.number, turn.record, _connections(turn))
            )
    context.run_folder.append_turns(lines)
