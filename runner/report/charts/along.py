"""The axes of the matrix along which a picture may lie. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.messages import message
from runner.rate import PERCENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.messages import Message
    from runner.rate import Rate


@dataclass(frozen=True)
class Along:
    """An axis of the matrix whose values are side by side in a picture."""

    axis: str
    """Its name among the conditions."""
    label: Message
    """Under the scale, and after values: `10, 20 clients`."""
    place: Callable[[Any], float] = float
    """The place of a value on the scale, above 0."""


CLIENTS = Along("clients", message("along.clients"))


def _of_rate(rate: Rate) -> float:
    """Return the place of a rate: its number, or its percentage."""
    return rate.number * PERCENT if rate.is_share else rate.number


RATE = Along("rate", message("along.rate"), _of_rate)
