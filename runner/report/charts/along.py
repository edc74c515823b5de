"""The axes of the matrix along which a picture may lie. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.axes import ADAPTER
from runner.messages import message
from runner.metrics import MILLISECONDS
from runner.rate import PERCENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.messages import Message
    from runner.rate import Rate
    from runner.results.row import Row
    from runner.rtt import Rtt

NO_DELAY = 0.1
"""The place of a network without a delay, in milliseconds, where equal factors are equal ways."""


@dataclass(frozen=True)
class Along:
    """An axis of the matrix whose values are side by side in a picture."""

    axis: str
    """Its name among the conditions."""
    label: Message
    """Under the scale, and after values: `10, 20 clients`."""
    longer: Message | None = None
    """The end of a question where values are not simply added."""
    place: Callable[[Any], float] = float
    """The place of a value on the scale, above 0."""
    written: Callable[[Any], str] | None = None
    """The words for a value under the scale; None is the number of its place."""

    @property
    def growing(self) -> Message:
        """The end of a question: `as clients are added`."""
        return self.longer or message("along.added", axis=self.label)

    def of(self, row: Row) -> Any:
        """Return the value of a row."""
        conditions = row.cell.common if self.axis == ADAPTER else row.conditions
        return getattr(conditions, self.axis)

    def tick(self, value: Any) -> str:
        """Write a value under the scale."""
        return self.written(value) if self.written else f"{self.place(value):,.10g}"


def _of_rtt(rtt: Rtt) -> float:
    """Return the place of a round trip, no network and no delay apart from all that are delayed."""
    return NO_DELAY + rtt.seconds * MILLISECONDS if rtt.through else NO_DELAY / 2


def _of_rate(rate: Rate) -> float:
    """Return the place of a rate: its number, or its percentage."""
    return rate.number * PERCENT if rate.is_share else rate.number


CLIENTS = Along("clients", message("along.clients"))
RATE = Along("rate", message("along.rate"), message("along.more_arrive"), _of_rate)
SIZES = Along("pool_size", message("along.pool_size"), place=lambda size: float(size.most))
RTT = Along(
    "rtt",
    message("along.rtt"),
    message("along.farther"),
    _of_rtt,
    lambda rtt: rtt.milliseconds or str(rtt),
)
PROCESSES = Along("processes", message("along.processes"))
ADAPTERS = Along(ADAPTER, message("along.adapters"))
SCALES = {it.axis: it for it in (CLIENTS, SIZES, PROCESSES, RTT)}
"""The axes whose values have a place on a scale, by name."""


def beside(compared: str) -> Along:
    """Return the axis that has a panel for each value where an axis is compared in each of them."""
    return ADAPTERS if compared == CLIENTS.axis else CLIENTS
