"""The lines of `timeline.csv`: a cell that changes as it runs, by tenths of a second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from runner.times import SLOT_MS

if TYPE_CHECKING:
    from runner.plan.tasks import Place
    from runner.worker.protocol import TurnRecord


@dataclass(frozen=True)
class TimeLineSlot:
    """A slot of a turn: a line of `timeline.csv`."""

    cell: str
    session: int
    round: int
    turn: int
    start_ms: int
    """The time from the opening of the turn's window."""
    operations: int
    """Successful operations that ended in the slot."""
    failures: int
    waiting: float
    """Clients that waited for a connection, the mean over the slot."""
    holding: float | None = None
    """Connections that successful operations held, likewise."""
    pool_size: int | None = None
    """Connections that the pool believes open, as the library itself tells; the next two are how
    many of them are idle, and the clients in its queue. Empty where it does not tell."""
    pool_idle: int | None = None
    pool_waiting: int | None = None
    connections: int | None = None
    """Connections of the cell on the server (`pg_stat_activity`); empty where it was not asked."""


TimeLines: TypeAlias = Mapping[tuple[str, int, int], Sequence[TimeLineSlot]]
"""Cell, session and round -> the slots of its turn, in the order of time."""


def timelines(slots: Iterable[TimeLineSlot]) -> TimeLines:
    """Sort slots by what they are of."""
    lines: dict[tuple[str, int, int], list[TimeLineSlot]] = defaultdict(list)
    for slot in slots:
        lines[slot.cell, slot.session, slot.round].append(slot)
    return dict(lines)


def timeline(
    cell: str,
    place: Place,
    turn: int,
    record: TurnRecord,
    connections: Mapping[int, int] = MappingProxyType({}),
) -> list[TimeLineSlot]:
    """Make the lines of a turn; none where its order did not ask for them.

    `connections` are those of the cell on the server, by slot.
    """
    return [
        TimeLineSlot(
            cell,
            place.session,
            place.round,
            turn,
            number * SLOT_MS,
            **slot._asdict(),
            connections=connections.get(number),
        )
        for number, slot in enumerate(record.timeline)
    ]
