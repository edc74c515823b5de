"""The faults that a matrix can list: their kinds, the parameters of each, and how they are written.

`runner/measure/faults/disturbances.py` makes what happens of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.messages import Message

NO_FAULT = "none"
DEFAULT_AT = 1.0
"""Seconds from the beginning of the counted time to a fault, where none are written."""

WRITTEN = re.compile(r"([a-z_]+) at=([0-9.e+-]+)((?: [a-z_]+=[0-9.e+-]+)*)")


class Fault(NamedTuple):
    """Something that is done to the server, or to the network before it, while a cell runs."""

    kind: str
    at: float
    """Seconds from the beginning of the counted time."""
    lasts: float = 0.0
    """Seconds until it is mended; 0 for what is over at once."""
    parameters: tuple[tuple[str, float], ...] = ()
    """The further parameters, by name: seconds, or a number."""

    def __str__(self) -> str:
        numbers = (("at", self.at), *([("lasts", self.lasts)] * bool(self.lasts)), *self.parameters)
        return " ".join([self.kind, *(f"{name}={number:.10g}" for name, number in numbers)])

    @property
    def short(self) -> str:
        """Its name in that of a cell: `down_at1_lasts3`."""
        return str(self).replace(" ", "_").replace("=", "")

    def number(self, name: str, otherwise: float = 0.0) -> float:
        """Return a further parameter."""
        return dict(self.parameters).get(name, otherwise)

    @property
    def of_kind(self) -> Kind:
        """The properties of its kind."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class Kind:
    """A kind of fault: the parameters that it takes beside `at`, and what it touches."""

    words: Message
    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    finds_sessions: bool = False
    """It finds the sessions of a cell by their name."""
    network: bool = False
    """It is a fault of the network between clients and server."""
    stops: bool = False
    """It stops the server."""
    in_hands: bool = False
    """What it breaks is in the hands of clients: it was not handed out broken."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that may be written."""
        return ("at", *self.needed, *self.optional)


KINDS: Mapping[str, Kind] = {
    "kill_idle": Kind(message("fault.kill_idle"), optional=("most",), finds_sessions=True),
    "kill_active": Kind(
        message("fault.kill_active"), optional=("most",), finds_sessions=True, in_hands=True
    ),
    "kill_in_transaction": Kind(
        message("fault.kill_in_transaction"),
        optional=("most",),
        finds_sessions=True,
        in_hands=True,
    ),
    "restart": Kind(message("fault.restart"), optional=("lasts",), stops=True),
    "down": Kind(message("fault.down"), ("lasts",), stops=True),
    "frozen": Kind(message("fault.frozen"), ("lasts",)),
    "no_slots": Kind(message("fault.no_slots"), ("lasts",)),
    "idle_timeout": Kind(message("fault.idle_timeout"), ("lasts", "idle")),
    "latency": Kind(message("fault.latency"), ("lasts", "delay"), ("jitter",), network=True),
    "bandwidth": Kind(message("fault.bandwidth"), ("lasts", "bytes_per_s"), network=True),
    "silent": Kind(message("fault.silent"), ("lasts",), network=True),
    "reset": Kind(message("fault.reset"), optional=("lasts",), network=True),
    "refuse": Kind(message("fault.refuse"), ("lasts",), network=True),
}
"""Kind -> what it takes and touches."""

COUNTED = frozenset({"most", "bytes_per_s"})
"""The parameters that are whole numbers; the others are times."""


def read_fault(text: str) -> Fault | None:
    """Read what `str` has written; nothing, and `none`, are no fault. Raises ValueError."""
    if text in ("", NO_FAULT):
        return None
    match = WRITTEN.fullmatch(text)
    if match is None or match[1] not in KINDS:
        raise ValueError(f"{text!r} is no fault")
    numbers = {
        name: float(number) for name, number in (part.split("=") for part in match[3].split())
    }
    lasts = numbers.pop("lasts", 0.0)
    return Fault(match[1], float(match[2]), lasts, tuple(numbers.items()))
