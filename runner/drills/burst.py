"""Burst: many clients come at once to a pool at rest, while connecting takes long."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from adapters.playing import together
from runner.drills.drill import Drill, Seen
from runner.drills.explanation import Explanation
from runner.messages import message
from runner.results.observation import Word
from runner.server.network.state import NetworkState

if TYPE_CHECKING:
    from adapters.base import PoolAdapter
    from runner.drills.scene import OpenedPool, Scene
    from runner.worker.events import Events
    from runner.worker.protocol import Event

CLIENTS = 50
IDLE = 5
CONNECTING = 0.15
REST_SECONDS = 1.0
"""The time that a pool has for what it opens in the background, before and after."""

WAITS = 10.0
CASES = ("connections", "longest wait")


async def burst(
    pool: PoolAdapter[Any], events: Events, clients: int, rest: float
) -> dict[str, Any]:
    """Let clients come at once, each for one short query; count what is open afterwards."""
    await pool.sleep(rest)  # until it has what it opens in the background
    await events.tell("slow down")
    await events.wait_for("slow")
    waits = await together(pool, *(_client(pool) for _ in range(clients)))
    await pool.sleep(rest)
    await events.tell("over")
    counted = await events.wait_for("counted")
    return {"longest": max(waits), "connections": counted["connections"]}


async def _client(pool: PoolAdapter[Any]) -> float:
    """Ask once; return the seconds that it took to get a connection."""
    began = perf_counter()
    connection = await pool.acquire()
    waited = perf_counter() - began
    try:
        await connection.fetchrow("SELECT pg_sleep(0.005)")
    finally:
        await pool.release(connection)
    return waited


def see(scene: Scene, case: str) -> Seen:
    """Let a burst of clients meet a pool of few idle connections that may open many."""
    outcome = scene.once(arrival)
    if case == "connections":
        return Seen(Word.KEEPS, outcome["connections"], "connections")
    return Seen(Word.TAKES, outcome["longest"], "s")


def arrival(scene: Scene) -> dict[str, Any]:
    """Let the burst come."""
    idle: dict[str, Any] = {"min_size": IDLE, "fill": False, "timeout": WAITS}
    with scene.pool(CLIENTS, networked=True, **idle) as pool:
        values = {"clients": CLIENTS, "rest": REST_SECONDS}
        outcome: dict[str, Any] = pool.play(
            burst, on_event=lambda event: _react(pool, event), **values
        )
    return outcome


def _react(pool: OpenedPool, event: Event) -> None:
    if event.name == "slow down" and pool.target.network is not None:
        pool.target.network.change(NetworkState(connecting=CONNECTING))
        pool.worker.tell("slow")
    elif event.name == "over":
        pool.worker.tell("counted", connections=pool.connections())


CODE = f"""\
network.listen()
await open_pool({CLIENTS}, least={IDLE}, wait={WAITS})
await pause({REST_SECONDS})
network.connecting = {CONNECTING}


async def client():
    began = time.perf_counter()
    connection = await acquire()
    waited = time.perf_counter() - began
    try:
        await execute(connection, "SELECT 1 FROM pg_sleep(0.005)")
    finally:
        await release(connection)
    return waited


waits = await together(client, {CLIENTS})
await pause({REST_SECONDS})
"""  # noqa: S608 - it is a program of constants

FIGURES = {
    "connections": 'print(f"keeps {network.now_open} connections")\nawait close()\n',
    "longest wait": 'print(f"takes {max(waits):.3f} s")\nawait close()\n',
}


def explain(case: str) -> Explanation:
    """Explain the pool at rest, the burst, and what is counted."""
    steps = (
        message("explain.at_rest", idle=IDLE, most=CLIENTS),
        message("explain.slow_connecting", seconds=CONNECTING),
        message("explain.burst", clients=CLIENTS),
        message("explain.counted") if case == "connections" else message("explain.longest_wait"),
    )
    why, code = message("explain.bursts"), CODE + FIGURES[case]
    return Explanation(steps, why, code, networked=True)


DRILL = Drill("burst", CASES, see, seconds=2.0, explains=explain)
