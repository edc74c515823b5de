"""The server is not there: it restarts, is down, is frozen, or has no slot left."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from runner.measure.disturbance import Need
from runner.server.dsn import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.measure.disturbance import Target
    from runner.server.breakable import Breakable

OURS = frozenset({Need.OWN_SERVER})


def _breakable(target: Target) -> Breakable:
    if (breakable := target.server.breakable) is None:
        raise ServerError("the server is not ours to break")
    return breakable


class Down:
    """Shuts the server down, and starts it again at the end of the block."""

    needs = OURS
    lasts = True

    @contextmanager
    def __call__(self, target: Target) -> Iterator[None]:
        """Shut it down, and all sessions with it. Raises ServerError."""
        server = _breakable(target)
        server.stop()
        try:
            yield
        finally:
            server.start()


class Restart:
    """Shuts the server down and starts it again at once; there is nothing to mend."""

    needs = OURS
    lasts = False

    @contextmanager
    def __call__(self, target: Target) -> Iterator[None]:
        """Restart it. Raises ServerError."""
        with Down()(target):
            pass
        yield


class Frozen:
    """Lets all processes of the server stand still until the end of the block."""

    needs = OURS
    lasts = True

    @contextmanager
    def __call__(self, target: Target) -> Iterator[None]:
        """Freeze it. Raises ServerError."""
        server = _breakable(target)
        server.freeze()
        try:
            yield
        finally:
            server.thaw()


class NoSlots:
    """Holds every slot of the server that a client could have until the end of the block."""

    needs = OURS
    lasts = True

    @contextmanager
    def __call__(self, target: Target) -> Iterator[None]:
        """Use them up. Raises ServerError."""
        with _breakable(target).occupied():
            yield


class IdleTimeout:
    """Lets the server close sessions that have been idle for some time."""

    needs = OURS
    lasts = True

    def __init__(self, seconds: float) -> None:
        """Take the time after which a session is closed."""
        self._milliseconds = max(1, round(seconds * 1000))

    @contextmanager
    def __call__(self, target: Target) -> Iterator[None]:
        """Set the time-out. Raises ServerError."""
        server = _breakable(target)
        server.set("idle_session_timeout", f"{self._milliseconds}ms")
        try:
            yield
        finally:
            server.reset("idle_session_timeout")
