"""A session of the pool as it tells of itself: no other session can see its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, LiteralString

from runner.worker.long_text import cut

if TYPE_CHECKING:
    from adapters.base import PoolAdapter

CHANGED: LiteralString = """
    SELECT name, setting FROM pg_settings
    WHERE (setting IS DISTINCT FROM reset_val
           OR source IN ('client', 'user', 'database', 'database user'))
      AND name <> 'application_name'
"""
"""What is not as the server has it: set since the session began, at its start, or by its role."""


TRANSPORT: LiteralString = """
    SELECT CASE WHEN EXISTS (SELECT FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl)
                THEN 'tls' WHEN inet_server_addr() IS NULL THEN 'unix' ELSE 'tcp' END
"""
"""What the server sees between itself and the session."""


async def session(pool: PoolAdapter[Any]) -> dict[str, Any]:
    """Ask one session of the pool for its `settings`, and over which `transport` it came.

    Raises what the pool and its driver raise.
    """
    async with pool.connection() as connection:
        settings = {cut(str(row[0])): cut(str(row[1])) for row in await connection.fetch(CHANGED)}
        (transport,) = await connection.fetch(TRANSPORT)
        return {"settings": settings, "transport": cut(str(transport[0]))}
