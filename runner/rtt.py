"""The round trip to the server that a network of ours makes, or that there is none of ours."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

MOST_SECONDS = 1.0
"""Longer than any way on earth; logging in takes several."""


class Rtt(NamedTuple):
    """A network of ours between clients and server, and the time of a round trip through it."""

    through: bool
    """There is such a network: then all that is said goes through it, without a delay too."""
    seconds: float = 0.0
    """The time for which it holds a round trip back: half of it in each direction."""

    def __str__(self) -> str:
        return f"{self.milliseconds}ms" if self.through else "none"

    @property
    def milliseconds(self) -> str:
        """The time in milliseconds, as a column keeps it; empty without a network of ours."""
        return f"{self.seconds * 1000:.10g}" if self.through else ""


NO_NETWORK = Rtt(through=False)


def rtt_of(listed: object) -> Rtt:
    """Return the value of what a configuration lists: `none`, or seconds."""
    return Rtt(through=True, seconds=listed) if isinstance(listed, float) else NO_NETWORK


def read_milliseconds(text: str) -> Rtt:
    """Read what a column keeps. Raises ValueError."""
    try:
        return Rtt(through=True, seconds=float(Decimal(text) / 1000)) if text else NO_NETWORK
    except ArithmeticError:
        raise ValueError(text) from None
