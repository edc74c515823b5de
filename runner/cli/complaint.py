"""Complaints on standard error."""

from __future__ import annotations

import sys
from contextlib import suppress


def complain(message: str) -> None:
    """Print a sentence for the user."""
    _print(f"poolbench: {message}")


def hand_out(lines: str) -> None:
    """Print lines of a file that could not be written, as they are."""
    _print(lines.removesuffix("\n"))


def _print(text: str) -> None:
    with suppress(OSError):  # on a full disk there is no other place to say so
        print(text, file=sys.stderr, flush=True)
