"""The server ends connections of a cell, as an administrator does, or a time-out of its own."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runner.measure.disturbance import Need
from runner.server.dsn import ServerError
from runner.server.statements import SessionState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.measure.disturbance import Target


ATTEMPTS, ATTEMPT_SECONDS = 20, 0.02
"""Looks for a connection in the state, and the pause after each: one of clients changes often."""


class NoneInStateError(ServerError):
    """No connection of the cell was in the state in which it was to be ended."""


class Kill:
    """Ends the connections of the cell that are in some state, and those alone.

    They are gone when the block begins, and there is nothing to mend.
    """

    needs = frozenset({Need.NAMED_CONNECTIONS})
    lasts = False

    def __init__(self, *states: SessionState, most: int | None = None) -> None:
        """Take the states, and the most connections that are ended; None is all."""
        self._states = states
        self._most = most

    @contextmanager
    def __call__(self, target: Target) -> Iterator[None]:
        """End the connections. Raises NoneInStateError, ServerError."""
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(ATTEMPT_SECONDS)
            if target.server.end(target.application_name, self._states, self._most):
                break
        else:
            states = " or ".join(state.value for state in self._states)
            raise NoneInStateError(f"no connection of the cell was {states}")
        yield


def idle(most: int | None = None) -> Kill:
    """End connections that wait for a query outside of a transaction."""
    return Kill(SessionState.IDLE, most=most)


def active(most: int | None = None) -> Kill:
    """End connections in the middle of a query."""
    return Kill(SessionState.ACTIVE, most=most)


def in_transaction(most: int | None = None) -> Kill:
    """End connections that wait for a query within a transaction."""
    return Kill(SessionState.IN_TRANSACTION, SessionState.ABORTED, most=most)
