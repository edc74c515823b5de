"""The capacity of a pool: how many of its connections can be out at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adapters.base import PoolAdapter


async def capacity(pool: PoolAdapter[Any], size: int) -> int:
    """Count the connections that can be out at once and answer, up to `size`."""
    out: list[Any] = []
    answered = 0
    try:
        while len(out) < size:
            out.append(await pool.acquire())
            await out[-1].fetchrow("SELECT 1")
            answered += 1
    except Exception:  # noqa: BLE001 - there are no more, or one of them is broken
        return answered
    finally:
        for connection in out:
            await pool.release(connection)
    return answered
