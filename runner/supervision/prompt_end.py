"""The end by a signal where nothing is under way: one sentence, and the status a shell expects.

Loaded before all else, so it imports next to nothing, and Python 3.7 must be able to read it.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


def heeded() -> list[signal.Signals]:
    """List the signals that may end the program: not those that it was started to ignore.

    `nohup` starts a program so, and a shell its jobs in the background.
    """
    return [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]


class PromptEnd:
    """The handler of a signal that ends the program at once.

    It raises nothing: what is raised in the midst of an import can be caught there, or lost.
    """

    def __init__(self, when: str) -> None:
        self.when = when
        """The words that follow "interrupted by SIGINT"."""

    def __call__(self, number: int, frame: object) -> None:
        """Say the sentence and end."""
        del frame
        with suppress(Exception):  # it may be closed, or in the midst of a write
            sys.stdout.flush()
        name = signal.Signals(number).name
        os.write(2, f"poolbench: interrupted by {name} {self.when}\n".encode())
        os._exit(128 + number)


def end_promptly(when: str) -> None:
    """Let a signal end the program at once from now on."""
    end = PromptEnd(when)
    for number in heeded():
        signal.signal(number, end)


def say_when(when: str) -> None:
    """Change the words of the end, where a signal ends the program at once."""
    for number in SIGNALS:
        end = signal.getsignal(number)
        if isinstance(end, PromptEnd):
            end.when = when
