"""Round trips and connecting: what a pool adds to a client's one question."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

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
    "one question, validated": ("equal", {"validate": True}),
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
        record = pool.worker.turn(
            TurnOrder(1, 0.0, LENGTH, patience=PATIENCE), LENGTH + 2 * PATIENCE
        )
        if record.bug:
            raise Failed(record.bug.strip().splitlines()[-1])
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


def explain(case: str) -> Explanation:
    """Explain what is counted."""
    counted = {
        CONNECTING: message("explain.connecting"),
        OPENING: message("explain.opening", times=CONNECTS),
        SESSIONS: message("explain.sessions", clients=CLIENTS, size=SIZE, seconds=LENGTH),
    }
    asked = message("explain.one_question", times=OPERATIONS)
    no_code = message("explain.looks_beside")
    steps = (counted.get(case, asked),)
    return Explanation(steps, message("explain.round_trips"), no_code=no_code)


DRILL = Drill(
    "round trips", (*ASKED, CONNECTING, OPENING, SESSIONS), see, _applies, explains=explain
)
