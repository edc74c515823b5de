"""Work on a pool that may never come back: in a thread of its own, which is left behind then."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from runner.server.patience import LOOK_SECONDS, TICK_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.server.server import Server
    from runner.supervision.interrupts import Interrupts

T = TypeVar("T")

TRIAL_SECONDS = 20.0
"""Limit for a pool to do what it is tried with."""


class TrialError(Exception):
    """The pool did not come back; the message says after which time."""


@dataclass(frozen=True)
class Trial:
    """A server to try pools on, and the signals that end the wait for one."""

    server: Server
    interrupts: Interrupts

    def of(self, work: Callable[[], T]) -> T:
        """Do the work and return its value.

        Raises what the work raises, TrialError, Interrupted, ServerLostError.
        """
        done: Future[T] = Future()
        threading.Thread(target=_do, args=(work, done), name="trial", daemon=True).start()
        began = looked = time.monotonic()
        while not wait([done], TICK_SECONDS).done:
            self.interrupts.check()
            now = time.monotonic()
            if now - began >= TRIAL_SECONDS:
                raise TrialError(f"it does not come back within {TRIAL_SECONDS:g} s")
            if now - looked >= LOOK_SECONDS:
                looked = now
                self.server.look()
        if done.exception():
            self.server.look()
        return done.result()


def _do(work: Callable[[], T], done: Future[T]) -> None:
    try:
        done.set_result(work())
    except BaseException as error:  # noqa: BLE001 - whoever waits for it raises it
        done.set_exception(error)
