"""Errors as clients get them, in plain values."""

from __future__ import annotations

from typing import Any

from runner.drills.drill import Seen
from runner.results.observation import Word

LONGEST = 200
"""Characters of a message that are kept: drivers repeat statements in theirs."""

SOON_SECONDS = 0.5
"""An error that comes within them came at once: half of the acquire time-out."""


def failed(error: BaseException) -> dict[str, Any]:
    """Return the type of an error and the beginning of what it says, on one line."""
    text = " ".join(str(error).split())[:LONGEST]
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return {"exception": f"{name}: {text}" if text else name}


def refused(exception: str, seconds: float) -> Seen:
    """Say that a client was refused, at once or after it had waited."""
    if seconds < SOON_SECONDS:
        return Seen(Word.RAISES, exception=exception)
    return Seen(Word.WAITS, seconds, "s", exception)
