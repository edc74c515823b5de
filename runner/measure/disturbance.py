"""The contract of a disturbance: something done to a cell's server or connections while it runs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from time import monotonic_ns
from typing import TYPE_CHECKING, Protocol

from runner.server.dsn import ServerError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from contextlib import AbstractContextManager

    from runner.server.network.network import Network
    from runner.server.server import Server


class Need(Enum):
    """A condition without which a disturbance cannot be done; the value says it in words."""

    NAMED_CONNECTIONS = "connections that the server knows by the client's name"
    OWN_SERVER = "a server of our own: nobody else's is ever stopped"
    NETWORK = "a network of ours between clients and server"


@dataclass
class Moments:
    """The times of a disturbance, in nanoseconds of the monotonic clock."""

    broken: int
    """Just before it begins."""
    mended: int | None = None
    """Just after it ends; None before."""


@dataclass(frozen=True)
class Target:
    """A cell that is to be disturbed."""

    server: Server
    application_name: str
    """The name of its connections."""
    network: Network | None = None
    """What its connections go through; None where nothing of ours is in between."""


class Disturbance(Protocol):
    """A disturbance breaks something when its block begins, and mends it when the block ends."""

    @property
    def needs(self) -> Collection[Need]:
        """The conditions without which it cannot be done."""

    @property
    def lasts(self) -> bool:
        """There is something to mend; else it is over when the block begins."""

    def __call__(self, target: Target) -> AbstractContextManager[None]:
        """Break something of a target, and mend it at the end of the block. Raises ServerError."""


def missing(needs: Collection[Need], server: Server, *, network: bool) -> list[Need]:
    """List the needs that are not met on a server, with a network of ours before it or without."""
    met = {
        Need.NAMED_CONNECTIONS: server.transparent,
        Need.OWN_SERVER: server.breakable is not None,
        Need.NETWORK: network,
    }
    return [need for need in Need if need in needs and not met[need]]


@contextmanager
def disturbed(disturbance: Disturbance, target: Target) -> Iterator[Moments]:
    """Disturb a target; the runner asks its server nothing meanwhile, and connects anew after it.

    Raises ServerError where something that the disturbance needs is not there.
    """
    unmet = missing(disturbance.needs, target.server, network=target.network is not None)
    if unmet:
        raise ServerError(f"the disturbance needs {', '.join(need.value for need in unmet)}")
    moments = Moments(broken=monotonic_ns())
    try:
        with disturbance(target), target.server.left_alone():
            if not disturbance.lasts:
                moments.mended = monotonic_ns()
            yield moments
    finally:
        moments.mended = moments.mended or monotonic_ns()
