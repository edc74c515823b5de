"""Shares: `5%` for people, 0.05 for the program."""

from __future__ import annotations

import math
import re
from decimal import Decimal

SHARE = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(%?)")
LEAST = 1e-6
"""A smaller share is a typing error more often than a wish."""


def read_share(value: object) -> float:
    """Read a share, `5%` or 0.05, as a fraction of 1. Raises ValueError with a sentence."""
    match value:
        case bool():
            share = None
        case int() | float():
            share = float(str(value))
        case _:
            share = _from_text(value)
    if share is None:
        raise ValueError("must be a share such as 5% or 0.05")
    if not (math.isfinite(share) and 0 < share < 1):
        raise ValueError("must be more than 0% and less than 100%")
    if share < LEAST:
        raise ValueError(f"must be at least {write_share(LEAST)}")
    return share


def read_percent(value: object) -> object:
    """Read `50%` as 0.5, and leave everything else as it is."""
    share = _from_text(value) if isinstance(value, str) and value.endswith("%") else None
    return value if share is None else share


def _from_text(value: object) -> float | None:
    match = SHARE.fullmatch(value) if isinstance(value, str) else None
    return float(Decimal(match[1]) / (100 if match[2] else 1)) if match else None


def write_share(share: float) -> str:
    """Write a share as `read_share` reads it: `5%`."""
    return f"{(Decimal(repr(share)) * 100).normalize():f}%"
