"""SIGINT and SIGTERM: noted at once, obeyed where it is safe; the second one stops at once."""

from __future__ import annotations

import os
import select
import signal
import sys
from typing import TYPE_CHECKING, Self

from runner.supervision.prompt_end import heeded

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import FrameType, TracebackType

SHOW_CURSOR = "\x1b[?25h"


class Interrupted(BaseException):
    """The user, or the system, wants the run to end."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.status = 128 + number
        """The exit status that a shell expects."""


class Interrupts:
    """Context manager: inside it signals are noted instead of obeyed, but for ignored ones."""

    def __init__(self) -> None:
        self.number: int | None = None
        self._awake, self._wake = os.pipe()
        os.set_blocking(self._wake, False)

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._note) for number in heeded()}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._awake)
        os.close(self._wake)

    def _note(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self.number is not None:
            if sys.stdout.isatty():
                sys.stdout.write(SHOW_CURSOR)
                sys.stdout.flush()
            os._exit(128 + number)  # the watchdog ends the cells and the server
        self.number = number
        os.write(self._wake, b"!")

    def check(self) -> None:
        """Raise Interrupted if a signal has come."""
        if self.number is not None:
            raise Interrupted(self.number)

    def wait_readable(self, descriptor: int, seconds: float) -> bool:
        """Wait until there is something to read, False when the time is up.

        Raises Interrupted as soon as a signal comes.
        """
        return descriptor in self.wait([descriptor], seconds)

    def wait(self, descriptors: Collection[int], seconds: float) -> list[int]:
        """Wait until there is something to read, and tell where; nowhere when the time is up.

        Raises Interrupted as soon as a signal comes.
        """
        self.check()
        ready, _, _ = select.select([*descriptors, self._awake], [], [], max(0.0, seconds))
        self.check()
        return ready
