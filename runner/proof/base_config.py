"""The configuration that the parts of the proof have in common."""

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
"""Many short turns: neighbours in time share the noise (METHOD 3)."""
