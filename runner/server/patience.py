"""The runner's patience with a server: each wait for it has a limit, which a signal shortens."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from runner.supervision.interrupts import Interrupts

TICK_SECONDS = 0.1
"""The time between two looks at the clock and at the signals."""

LOOK_SECONDS = 5.0
"""The time between two looks at the server while somebody else is waited for: a worker, pgbench, a
pool. Each is one exchange on a connection of the runner's own, and turns are shorter as a rule."""

AFTER_SIGNAL_SECONDS = 2.0
"""Limit of a wait once the run is to end: a server that works answers sooner."""


class NoAnswerError(psycopg.OperationalError):
    """The server did not answer in time: it is frozen, or cannot be reached any more."""


class Patience:
    """One wait for an answer, which is asked again and again whether it may go on."""

    def __init__(self, seconds: float, interrupts: Interrupts | None) -> None:
        self._seconds = seconds
        self._interrupts = interrupts
        self._signalled = interrupts is not None and interrupts.number is not None
        """A signal came before: what is asked now is to clear away after it."""
        self._began = time.monotonic()

    def check(self) -> None:
        """Raise NoAnswerError when the time is up, Interrupted where a signal ends the wait."""
        waited, interrupts = time.monotonic() - self._began, self._interrupts
        if interrupts is not None and interrupts.number is not None:
            if waited < AFTER_SIGNAL_SECONDS:
                return
            if not self._signalled:
                interrupts.check()
        elif waited < self._seconds:
            return
        raise NoAnswerError(f"no answer within {waited:.1f} s")
