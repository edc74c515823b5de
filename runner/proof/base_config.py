"""The configurations that the parts of the proof have in common."""

from __future__ import annotations

from typing import Any

ADAPTERS = ("psycopg2", "psycopg2-queued", "psycopg3", "psycopg3-async", "asyncpg")
"""The adapters of `configs/matrix.yaml`, which is not at hand where only the wheel is installed."""

CLIENTS, CONNECTIONS = 10, 5

BASE_CONFIG: dict[str, Any] = {
    "control": False,
    "limit": False,
    "pool": {"max_size": CONNECTIONS, "timeout": "5s"},
    "warmup": "100ms",
    "uncut": 0,
}
"""It is about rates: the tails of the times have no turn of their own."""

SHORT_TURNS: dict[str, Any] = {**BASE_CONFIG, "turn": "60ms", "lead_in": "20ms"}
"""Many short turns, on whatever cores: neighbours in time share the noise (METHOD 3)."""

AS_SHIPPED: dict[str, Any] = {
    "limit": False,
    "pool": {"min_size": CONNECTIONS, "max_size": CONNECTIONS, "timeout": "200ms"},
    "rounds": 8,
    "duration": "540ms",
    "warmup": "100ms",
    "uncut": "0s",
}
"""The turns and rounds of `configs/matrix.yaml`, without what takes no part in a speed: its uncut
turns, and the limit."""
SHIPPED_CELLS = 6
"""The cells of its groups: the adapters, and the control."""
