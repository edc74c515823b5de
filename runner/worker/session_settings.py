"""The settings of a session of the pool, as it tells them itself: no other session can see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, LiteralString

if TYPE_CHECKING:
    from adapters.base import PoolAdapter

CHANGED: LiteralString = """
    SELECT name, setting FROM pg_settings
    WHERE (setting IS DISTINCT FROM reset_val
           OR source IN ('client', 'user', 'database', 'database user'))
      AND name <> 'application_name'
"""
"""What is not as the server has it: set since the session began, at its start, or by its role."""


async def session_settings(pool: PoolAdapter[Any]) -> dict[str, str]:
    """Ask one session of the pool. Raises what the pool and its driver raise."""
    async with pool.connection() as connection:
        return {str(row[0]): str(row[1]) for row in await connection.fetch(CHANGED)}
