"""Round trips and connecting: what a pool adds to a client's one question."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from adapters.base import VALIDATE
from runner.drills.drill import Drill, Seen, has_pool
from runner.drills.explanation import Explanation
from runner.measure.worker_process import Failed
from runner.messages import message
from runner.results.observation import Word
from runner.server.route import Counting
from runner.worker.protocol import TurnOrder

if TYPE_CHECKING:
    from adapters.base import PoolAdapter
    from runner.drills.scene import Scene
    from runner.worker.events import Events

OPERATIONS = 10
WARM_UP = 10
"""Operations before they are counted: some drivers prepare what comes again and again."""

CONNECTS = 20
CLIENTS, SIZE = 5, 5
LENGTH, PATIENCE = 1.0, 10.0

ASKED = {
    "one question, equal": ("equal", {}),
    "one question, stock": ("stock", {}),
    "one question, validated": ("equal", {VALIDATE: True}),
}
"""Case -> the profile, and options."""

CONNECTING = "connecting"
OPENING = "opening, one question, closing"
SESSIONS = "5 clients for 1 s, min 1, max 5"


async def ask(pool: PoolAdapter[Any], events: Events, operations: int) -> float:
    """Ask one question after the other, each on a connection of its own; median seconds of one."""
    del events
    times = []
    for _ in range(operations):
        began = perf_counter()
        async with pool.connection() as connection:
            await connection.fetchrow("SELECT 1")
        times.append(perf_counter() - began)
    return median(times)


async def open_often(pool: PoolAdapter[Any], events: Events, times: int) -> float:
    """Open a second pool of one connection, ask and close, again and again; median seconds."""
    del events
    seconds = []
    for _ in range(times):
        began = perf_counter()
        another = type(pool)(pool.dsn, pool.options)
        await another.open()
        async with another.connection() as connection:
            await connection.fetchrow("SELECT 1")
        await another.close()
        seconds.append(perf_counter() - began)
    return median(seconds)


def see(scene: Scene, case: str) -> Seen:
    """Count what is said between a pool and its server, or the sessions that it opens."""
    if case == SESSIONS:
        return _sessions(scene)
    if case == OPENING:
        with scene.pool(1) as pool:
            return Seen(Word.TAKES, 1000 * pool.play(open_often, times=CONNECTS), "ms")
    profile, options = ASKED.get(case, ("equal", {}))
    route = Counting()
    with scene.pool(1, route=route, profile=profile, options=scene.options(**options)) as pool:
        pool.play(ask, operations=WARM_UP)
        before = route.relay.rest()
        pool.play(ask, operations=OPERATIONS)
        spent = route.relay.rest() - before
        connecting = route.relay.connecting()
    if case != CONNECTING:
        return Seen(Word.TAKES, spent.exchanges / OPERATIONS, "round trips")
    if connecting is None:
        raise Failed("nothing was seen of its connecting")
    return Seen(Word.TAKES, connecting.exchanges, "round trips")


def _sessions(scene: Scene) -> Seen:
    """Count the sessions that a pool opens for as many clients as it may have connections."""
    with scene.pool(SIZE, min_size=1, fill=False, clients=CLIENTS) as pool:
        pool.turn(TurnOrder(1, 0.0, LENGTH, patience=PATIENCE), LENGTH + 2 * PATIENCE)
        pool.close()
        pool.target.server.disconnected(pool.target.application_name, PATIENCE)
        activity = pool.target.server.activity(pool.order.name)
    if activity is None:
        raise Failed("the server did not count sessions")
    return Seen(Word.TAKES, activity.sessions, "sessions")


def _applies(scene: Scene, case: str) -> bool:
    profile, options = ASKED.get(case, ("equal", {}))
    proves = scene.adapter.validating is not None
    known = profile in scene.contender.profiles
    return has_pool(scene) and known and (proves or not options)


CODE = f"""\
async def ask():
    connection = await acquire()
    await execute(connection, "SELECT 1")
    await release(connection)


network.listen()
await open_pool(1$option)
for _ in range({WARM_UP}):
    await ask()
await pause(0.1)
before = network.round_trips
for _ in range({OPERATIONS}):
    await ask()
await pause(0.1)
print(f"takes {{(network.round_trips - before) / {OPERATIONS}:g}} round trips")
await close()
"""

CODE_CONNECTING = """\
network.listen()
await open_pool(1)
await release(await acquire())
print(f"takes {network.until_ready} round trips")
await close()
"""

CODE_OPENING = f"""\
times = []
for _ in range({CONNECTS}):
    began = time.perf_counter()
    await open_pool(1)
    connection = await acquire()
    await execute(connection, "SELECT 1")
    await release(connection)
    await close()
    times.append(time.perf_counter() - began)
print(f"takes {{1000 * statistics.median(times):.2f}} ms")
"""

CODE_SESSIONS = f"""\
async def client():
    until = time.perf_counter() + {LENGTH}
    while time.perf_counter() < until:
        with contextlib.suppress(Exception):  # of a pool that clients must not share
            connection = await acquire()
            try:
                await execute(connection, "SELECT 1")
            finally:
                await release(connection)


network.listen()
await open_pool({SIZE}, least=1)
await together(client, {CLIENTS})
print(f"takes {{network.connections}} sessions")
await close()
"""


def explain(case: str) -> Explanation:
    """Explain what is counted."""
    why = message("explain.round_trips")
    if case == OPENING:
        opening = message("explain.opening", times=CONNECTS)
        return Explanation([opening], why, CODE_OPENING, ("statistics", "time"))
    counted = {
        CONNECTING: message("explain.connecting"),
        SESSIONS: message("explain.sessions", clients=CLIENTS, size=SIZE, seconds=LENGTH),
    }
    asked = message("explain.one_question", times=OPERATIONS)
    code = {CONNECTING: CODE_CONNECTING, SESSIONS: CODE_SESSIONS}.get(case, CODE)
    profile, options = ASKED.get(case, ("equal", {}))
    option = VALIDATE if options else ""
    steps = (counted.get(case, asked),)
    return Explanation(steps, why, code, networked=True, option=option, profile=profile)


DRILL = Drill(
    "round trips", (*ASKED, CONNECTING, OPENING, SESSIONS), see, _applies, explains=explain
)
