"""The opening and closing of a slice of time, for loops that read no clock."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Gate:
    """What every client of a slice reads in each operation; a thread beside them sets it."""

    closed: bool = False
    """No operation is begun any more."""
    counts: int = 0
    """1 while an operation that ends is counted, else 0: a number to be added."""
