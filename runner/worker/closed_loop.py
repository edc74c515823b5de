"""The closed loop: a client begins its next operation when it has thought about the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.worker.client import Between, Client


def thinking(seconds: float) -> Between | None:
    """Make the pause between two operations of a client; None where it lasts no time."""
    if not seconds:
        return None

    async def think(me: Client, ended: int) -> tuple[int, int]:
        if not me.intended:  # nothing to think about before the first operation
            return ended, ended
        await me.pool.sleep(seconds)
        until = me.paused(ended)
        return until, until

    return think
