"""The units of time that packages share."""

from __future__ import annotations

MILLISECOND, SECOND = 1_000_000, 1_000_000_000
"""Nanoseconds of each."""

SLOT_MS = 100
"""Milliseconds of a slot of a time line."""

SLOT = SLOT_MS / 1000
"""The same in seconds."""
