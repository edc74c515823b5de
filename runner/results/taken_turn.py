"""A turn that a cell has taken, with what is known of it from outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.worker.protocol import TurnOrder, TurnRecord


@dataclass(frozen=True)
class Disturbed:
    """The moments of a fault in a turn, in seconds of its window, and what was seen meanwhile."""

    broken: float
    """Just before it began."""
    mended: float
    """Just after it was mended; where it was over at once, just after that."""
    done: float
    """When all was broken, where it lasts: to stop a server takes some time."""
    connections: Mapping[int, int] = field(default_factory=dict)
    """Slot of the time line -> connections of the cell on the server; without those slots in which
    it was not asked."""


@dataclass(frozen=True)
class TakenTurn:
    """A turn: its order, the worker's record of it, and its place among the others."""

    order: TurnOrder
    record: TurnRecord
    started_at: str = ""
    """Its beginning, in UTC as ISO 8601 writes it."""
    server_cpu: float | None = None
    """Seconds of CPU of the whole server during it; None where that is not known."""
    uncut: bool = False
    """It is the longer one, from which percentiles and fairness come."""
    replaced: bool = False
    """Another one is measured instead of it (METHOD 21)."""
    ahead: float = 0.0
    """Seconds before its lead-in in which clients may have worked already."""

    pooler_cpu: float | None = None
    """Seconds of CPU of the cell's pooler during it; None without one."""
    disturbed: Disturbed | None = None
    """The fault that it had; None without one."""
    network_cpu: float | None = None
    """The same of its network."""

    @property
    def whole_seconds(self) -> float:
        """Its length, with the lead-in and what may have come before."""
        return self.ahead + self.order.lead_in + self.record.seconds

    @property
    def counts(self) -> bool:
        """It is no warm-up, it measured something, and no other turn replaces it."""
        return bool(self.order.number and self.record.seconds) and not self.replaced
