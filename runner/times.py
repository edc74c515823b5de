"""The units of time that packages share."""

from __future__ import annotations

SECOND = 1_000_000_000
"""Nanoseconds of a second."""

SLOT_MS = 100
"""Milliseconds of a slot of a time line."""

SLOT = SLOT_MS / 1000
"""The same in seconds."""
