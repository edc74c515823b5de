"""The lines of `timeline.csv`: a cell that changes as it runs, by tenths of a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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


def timeline(cell: str, place: Place, turn: int, record: TurnRecord) -> list[TimeLineSlot]:
    """Make the lines of a turn; none where its order did not ask for them."""
    from runner.worker.protocol import SLOT_MS  # it takes numpy, which readers do without

    return [
        TimeLineSlot(cell, place.session, place.round, turn, number * SLOT_MS, *slot)
        for number, slot in enumerate(record.timeline)
    ]
