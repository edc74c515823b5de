"""Cancellation: tasks that are cancelled while they wait, query or release."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING, Any, LiteralString

from adapters.base import Concurrency
from runner.drills.capacity import capacity
from runner.drills.drill import Drill, Seen, has_pool
from runner.drills.explanation import Explanation
from runner.messages import message
from runner.results.observation import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import PoolAdapter
    from runner.drills.scene import OpenedPool, Scene
    from runner.worker.events import Events

SIZE = 3
TASKS = 1000
AT_ONCE = 4 * SIZE
LATEST = 0.01
"""Seconds within which a task is cancelled: it may be waiting, querying, releasing, or done."""

REST_SECONDS = 0.3
"""The time that a pool has to take back what cancelled tasks left behind."""


async def waiting(pool: PoolAdapter[Any], events: Events, size: int) -> dict[str, Any]:
    """Cancel tasks that wait for a connection."""
    del events
    held = [await pool.acquire() for _ in range(size)]
    tasks = [asyncio.ensure_future(_client(pool, "SELECT 1")) for _ in range(AT_ONCE)]
    await asyncio.sleep(0.1)
    await _cancelled(tasks)
    for connection in held:
        await pool.release(connection)
    return (await capacity(pool, size))._asdict()


async def querying(pool: PoolAdapter[Any], events: Events, size: int) -> dict[str, Any]:
    """Cancel tasks whose query is under way, and ask whether the server still works on it."""
    tasks = [asyncio.ensure_future(_client(pool, "SELECT pg_sleep(600)")) for _ in range(size)]
    await asyncio.sleep(0.2)
    await _cancelled(tasks)
    await asyncio.sleep(REST_SECONDS)
    await events.tell("cancelled")
    running = await events.wait_for("counted")
    return {**(await capacity(pool, size))._asdict(), **running}


async def any_moment(pool: PoolAdapter[Any], events: Events, size: int) -> dict[str, Any]:
    """Cancel many tasks, each at a moment of its own."""
    del events
    moments = Random(TASKS)
    for _ in range(0, TASKS, AT_ONCE):
        tasks = [
            asyncio.ensure_future(_client(pool, "SELECT pg_sleep(0.002)")) for _ in range(AT_ONCE)
        ]
        for task in tasks:
            asyncio.get_running_loop().call_later(moments.uniform(0, LATEST), task.cancel)
        await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(REST_SECONDS)
    return (await capacity(pool, size))._asdict()


async def _client(pool: PoolAdapter[Any], question: LiteralString) -> None:
    async with pool.connection() as connection:
        await connection.fetchrow(question)


async def _cancelled(tasks: Sequence[asyncio.Future[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def see(scene: Scene, case: str) -> Seen:
    """Cancel tasks in some way, and count what is left of the pool."""
    with scene.pool(SIZE) as pool:
        outcome = pool.play(PLAYED[case], on_event=lambda _event: _count(pool), size=pool.size)
    if lost := pool.size - outcome["connections"]:
        return Seen(Word.LOSES, lost, "connections")
    if outcome["failures"]:
        return Seen(Word.FAILS, outcome["failures"], "operations")
    if running := outcome.get("running"):
        return Seen(Word.GOES_ON, running, "queries")
    return Seen(Word.CLEAN)


def _applies(scene: Scene, case: str) -> bool:
    del case
    return has_pool(scene) and scene.concurrency is Concurrency.TASKS


def _count(pool: OpenedPool) -> None:
    pool.worker.tell("counted", running=pool.active())


PLAYED = {
    "while waiting": waiting,
    "while querying": querying,
    "1,000 at any moment": any_moment,
}


def explain(case: str) -> Explanation:
    """Explain when tasks are cancelled, and what is counted afterwards."""
    cancelled = {
        "while waiting": message("explain.cancelled_waiting", tasks=AT_ONCE),
        "while querying": message("explain.cancelled_querying"),
        "1,000 at any moment": message("explain.cancelled_any", tasks=TASKS),
    }[case]
    steps = (
        message("explain.open", count=SIZE, profile="equal"),
        cancelled,
        message("explain.capacity"),
    )
    no_code = message("explain.several_clients")
    return Explanation(steps, message("explain.cancellation"), no_code=no_code)


DRILL = Drill("cancellation", tuple(PLAYED), see, _applies, seconds=1.0, explains=explain)
