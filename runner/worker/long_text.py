"""The cutting of long texts: a driver may say megabytes, and they are cut where they arise."""

from __future__ import annotations

import re

LONGEST = 1 << 16
"""Letters of a text that leave a worker: so many more than are kept in the end, without secrets,
that a secret which is cut in two here is not among those."""

CUT = re.compile(r" \[(\d+) letters cut\] ")


def cut(text: str, longest: int = LONGEST) -> str:
    """Cut the middle out of a text that is too long, and say how much, with what was cut before."""
    if len(text) <= longest:
        return text
    half = longest // 2
    middle = text[half:-half]
    left_out, before = len(middle), CUT.search(middle)
    if before:
        left_out += int(before[1]) - len(before[0])
    return f"{text[:half]} [{left_out} letters cut] {text[-half:]}"
