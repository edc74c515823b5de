"""The axes of the matrix along which a picture may lie. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.axes import ADAPTER
from runner.messages import message
from runner.rate import PERCENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.messages import Message
    from runner.rate import Rate
    from runner.results.row import Row


@dataclass(frozen=True)
class Along:
    """An axis of the matrix whose values are side by side in a picture."""

    axis: str
    """Its name among the conditions."""
    label: Message
    """Under the scale, and after values: `10, 20 clients`."""
    place: Callable[[Any], float] = float
    """The place of a value on the scale, above 0."""

    def of(self, row: Row) -> Any:
        """Return the value of a row."""
        conditions = row.cell.common if self.axis == ADAPTER else row.conditions
        return getattr(conditions, self.axis)


def _of_rate(rate: Rate) -> float:
    """Return the place of a rate: its number, or its percentage."""
    return rate.number * PERCENT if rate.is_share else rate.number


CLIENTS = Along("clients", message("along.clients"))
RATE = Along("rate", message("along.rate"), _of_rate)
SIZES = Along("pool_size", message("along.pool_size"), lambda size: float(size.most))
PROCESSES = Along("processes", message("along.processes"))
ADAPTERS = Along(ADAPTER, message("along.adapters"))
SCALES = {it.axis: it for it in (CLIENTS, SIZES, PROCESSES)}
"""The axes whose values have a place on a scale, by name."""


def beside(compared: str) -> Along:
    """Return the axis that has a panel for each value where an axis is compared in each of them."""
    return ADAPTERS if compared == CLIENTS.axis else CLIENTS
