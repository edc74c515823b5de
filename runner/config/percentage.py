"""Shares: `5%` for people, 0.05 for the program."""

from __future__ import annotations

import math
import re

SHARE = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(%?)")


def share(value: object) -> float:
    """Read a share: `5%` or 0.05. Raises ValueError with a sentence."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match = SHARE.fullmatch(value) if isinstance(value, str) else None
    if number:
        read = float(str(value))
    elif match:
        read = float(match[1]) / (100 if match[2] else 1)
    else:
        raise ValueError("must be a share such as 5% or 0.05")
    if not (math.isfinite(read) and 0 < read < 1):
        raise ValueError("must be more than 0% and less than 100%")
    return read


def spelled(value: float) -> str:
    """Write a share as `share()` reads it: `5%`."""
    return f"{value * 100:.10g}%"
