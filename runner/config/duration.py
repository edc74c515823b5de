"""Durations: text with a unit (`500ms`, `2s`, `1m`, `1h`) for people, seconds for the program."""

from __future__ import annotations

import re
from decimal import Decimal

LONGEST_SECONDS = 24 * 3600.0
"""Seconds; longer than any cell is worth, and a typing error more often than a wish."""
SHORTEST_SECONDS = 1e-6
"""Seconds; shorter than anything that a clock could tell from nothing."""
UNITS = {"ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60), "h": Decimal(3600)}
DURATION = re.compile(r"(-?(?:[0-9]+\.?[0-9]*|\.[0-9]+))\s*(ms|s|m|h)")


def read_duration(value: object) -> float:
    """Read a duration in seconds; only 0 needs no unit. Raises ValueError with a sentence."""
    if value == 0 and not isinstance(value, bool):
        return 0.0
    match = DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("must be a time with its unit, such as 500ms, 2s, 1m or 1h")
    seconds = float(Decimal(match[1]) * UNITS[match[2]])
    if seconds < 0:
        raise ValueError("must not be negative")
    if 0 < seconds < SHORTEST_SECONDS:
        raise ValueError("must be at least 0.001ms, or 0")
    if seconds > LONGEST_SECONDS:
        raise ValueError("must be at most 24h")
    return seconds


def write_duration(seconds: float) -> str:
    """Write seconds as `read_duration` reads them: `500ms`, `2s`."""
    number, unit = Decimal(repr(seconds)), "s"
    if 0 < seconds < 1:
        number, unit = number * 1000, "ms"
    return f"{number.normalize():f}{unit}"
