"""The contract of a disturbance: something done to a cell's server or connections while it runs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from runner.server.dsn import ServerError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from contextlib import AbstractContextManager

    from runner.server.route import Route
    from runner.server.server import Server


class Need(Enum):
    """A condition without which a disturbance cannot be done; the value says it in words."""

    NAMED_CONNECTIONS = "connections that the server knows by the client's name"


@dataclass
class Moments:
    """The times of a disturbance, in nanoseconds of the monotonic clock; None before they come."""

    broken: int | None = None
    mended: int | None = None


@dataclass(frozen=True)
class Target:
    """A cell that is to be disturbed."""

    server: Server
    application_name: str
    """The name of its connections."""
    route: Route


class Disturbance(Protocol):
    """A disturbance breaks something when its block begins, and mends it when the block ends."""

    @property
    def needs(self) -> Collection[Need]:
        """The conditions without which it cannot be done."""

    def __call__(self, target: Target) -> AbstractContextManager[Moments]:
        """Break something of a target, and mend it at the end of the block. Raises ServerError."""


@contextmanager
def disturbed(disturbance: Disturbance, target: Target) -> Iterator[Moments]:
    """Disturb a target; the runner asks its server nothing meanwhile, and connects anew after it.

    Raises ServerError where something that the disturbance needs is not there.
    """
    if missing := [need for need in disturbance.needs if not _has(target, need)]:
        raise ServerError(f"the disturbance needs {', '.join(need.value for need in missing)}")
    with disturbance(target) as moments, target.server.left_alone():
        yield moments


def _has(target: Target, need: Need) -> bool:
    return {Need.NAMED_CONNECTIONS: target.route.transparent}[need]
