"""The rate at which operations arrive: a number a second, or a share of what a pool can serve."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

MOST_A_SECOND = 1_000_000
PERCENT = 100

WRITTEN = re.compile(r"([0-9]+(?:\.[0-9]+)?)(%?)")


class Rate(NamedTuple):
    """Arrivals a second; or, where it `is_share`, a share of the rate that was found."""

    is_share: bool
    number: float

    def __str__(self) -> str:
        if self.is_share:
            return f"{self.number * PERCENT:.10g}%"
        return f"{self.number:.10g}"


SEVERAL = Rate(is_share=False, number=0.0)
"""In the place of the rate that a group has in common, where its cells have one each."""


def read_rate(value: object) -> Rate | None:
    """Read `2000`, `70%` or `none`, as text or as a number. Raises ValueError with a sentence."""
    text = str(value).replace(" ", "")
    if text == "none":
        return None
    match = WRITTEN.fullmatch(text)
    if isinstance(value, bool) or match is None:
        raise ValueError("must be operations a second such as 2000, a share such as 70%, or none")
    number = float(match[1])
    if match[2]:
        return _share(number)
    if not 0 < number <= MOST_A_SECOND:
        raise ValueError(f"must be more than 0 and at most {MOST_A_SECOND} a second")
    return Rate(is_share=False, number=number)


def _share(percent: float) -> Rate:
    if not (math.isfinite(percent) and 0 < percent <= 2 * PERCENT):
        raise ValueError("must be more than 0% and at most 200%")
    return Rate(is_share=True, number=percent / PERCENT)
