"""Leak: connections that are never given back, whether somebody still holds them or nobody."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from runner.drills.drill import Drill, Seen
from runner.drills.failing import failed
from runner.measure.worker_process import Hung
from runner.results.observation import Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.base import PoolAdapter
    from runner.drills.scene import OpenedPool, Scene
    from runner.worker.events import Events

SIZE = 3
CASES = ("slot, dropped", "slot, held", "close, dropped", "close, held")

_held: list[Any] = []
"""The connections of clients that never give them back, for as long as the process lives."""


async def leak(pool: PoolAdapter[Any], events: Events, size: int, *, hold: bool) -> dict[str, Any]:
    """Take every connection and give none back, then ask for one more."""
    del events
    for _ in range(size):
        connection = await pool.acquire()
        if hold:
            _held.append(connection)
    connection = None
    gc.collect()
    try:
        async with pool.connection() as another:
            await another.fetchrow("SELECT 1")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what a client gets
        return failed(error)
    return {}


def carry_out(scene: Scene) -> Iterator[Seen]:
    """Leak every connection, then close the pool."""
    if not scene.contender.traits.pools:
        for case in CASES:
            yield Seen(case, Word.NOT_APPLICABLE)
        return
    for how, hold in (("dropped", False), ("held", True)):
        with scene.pool(SIZE) as pool:
            yield _leaked(pool, f"slot, {how}", hold=hold)
            yield _closed(pool, f"close, {how}")


def _leaked(pool: OpenedPool, case: str, *, hold: bool) -> Seen:
    try:
        outcome = pool.play(leak, size=pool.size, hold=hold)
    except Hung as error:
        return Seen(case, Word.STILL_WAITING, exception=str(error))
    left = pool.connections()
    if not outcome:
        return Seen(case, Word.CLEAN, left, "connections")
    return Seen(case, Word.LEAKS, left, "connections", outcome["exception"])


def _closed(pool: OpenedPool, case: str) -> Seen:
    seconds = pool.close()
    if seconds is None:
        return Seen(case, Word.STILL_WAITING)
    return Seen(case, Word.ENDS, seconds, "s")


DRILL = Drill("leak", carry_out, ("slot, dropped", "close, dropped", "slot, held", "close, held"))
