"""Complaints on standard error."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from runner.report.catalogue import text

if TYPE_CHECKING:
    from runner.messages import Message


def complain(sentence: Message | str) -> None:
    """Print a sentence for the user."""
    _print(f"poolbench: {text(sentence)}")


def hand_out(lines: str) -> None:
    """Print lines of a file that could not be written, as they are."""
    _print(lines.removesuffix("\n"))


def _print(words: str) -> None:
    with suppress(OSError):  # on a full disk there is no other place to say so
        print(words, file=sys.stderr, flush=True)
