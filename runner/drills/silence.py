"""Silence: the server or the network stands still, without a word, while a client needs it."""

from __future__ import annotations

from contextlib import ExitStack
from time import perf_counter
from typing import TYPE_CHECKING, Any

from runner.drills.drill import Drill, Seen
from runner.drills.explanation import Explanation
from runner.drills.failing import failed
from runner.measure.disturbance import disturbed
from runner.measure.faults.changed_network import ChangedNetwork
from runner.measure.faults.outage import Frozen
from runner.messages import message
from runner.results.observation import Word
from runner.server.network.state import NetworkState, Traffic

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from adapters.base import PoolAdapter
    from runner.drills.scene import Scene
    from runner.measure.disturbance import Disturbance
    from runner.worker.events import Events
    from runner.worker.protocol import Event

SIZE, MANY = 3, 10
GIVEN_UP = 5.0
"""Seconds after which a client counts as still waiting: five times the acquire time-out."""

SILENT: dict[str, Disturbance] = {
    "silent network": ChangedNetwork(NetworkState(traffic=Traffic.SILENT)),
    "frozen server": Frozen(),
}


async def acquire(pool: PoolAdapter[Any], events: Events, size: int) -> dict[str, Any]:
    """Ask for all connections in the silence, of which the pool has but some; tell of the last.

    Some pools open more in the background as soon as they have none left.
    """
    out = [await pool.acquire()]
    await _silence(events)
    outcome: dict[str, Any] = {}
    while len(out) < size and "exception" not in outcome:
        outcome = await _timed(pool.acquire, out.append)
    return outcome


async def query(pool: PoolAdapter[Any], events: Events, size: int) -> dict[str, Any]:
    """Ask something on a connection that is out."""
    del size
    connection = await pool.acquire()
    await _silence(events)
    return await _timed(lambda: connection.fetchrow("SELECT 1"))


async def release(pool: PoolAdapter[Any], events: Events, size: int) -> dict[str, Any]:
    """Give back a connection in the middle of a transaction."""
    del size
    connection = await pool.acquire()
    await connection.execute("BEGIN")
    await connection.fetchrow("SELECT 1")
    await _silence(events)
    return await _timed(lambda: pool.release(connection))


PLAYED = {"acquire": acquire, "query": query, "release": release}
CASES = tuple(f"{how}, {what}" for how in SILENT for what in PLAYED)


async def _silence(events: Events) -> None:
    await events.tell("break now")
    await events.wait_for("broken")


async def _timed(
    does: Callable[[], Awaitable[Any]], keep: Callable[[Any], None] = lambda _value: None
) -> dict[str, Any]:
    began = perf_counter()
    try:
        keep(await does())
        outcome: dict[str, Any] = {}
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what a client gets
        outcome = failed(error)
    return {**outcome, "seconds": perf_counter() - began}


def see(scene: Scene, case: str) -> Seen:
    """Let a client acquire, ask or give back while nothing answers."""
    how, what = case.split(", ")
    networked = how == "silent network"
    sizes: dict[str, Any] = {"size": SIZE}
    if what == "acquire":
        sizes = {"size": MANY, "min_size": 1, "fill": False}
    with scene.pool(networked=networked, **sizes) as pool, ExitStack() as fault:

        def breaks(event: Event) -> None:
            del event
            fault.enter_context(disturbed(SILENT[how], pool.target))
            pool.worker.tell("broken")

        outcome = pool.play(PLAYED[what], GIVEN_UP, on_event=breaks, size=pool.size)
    exception, seconds = outcome.get("exception", ""), outcome["seconds"]
    return Seen(Word.WAITS if exception else Word.ENDS, seconds, "s", exception)


WANTED = {
    "acquire": f"""\
network.listen()
await open_pool({MANY}, least=1)
out = [await acquire()]


async def want():
    while len(out) < {MANY}:
        out.append(await acquire())
""",
    "query": f"""\
network.listen()
await open_pool({SIZE})
connection = await acquire()


async def want():
    await execute(connection, "SELECT 1")
""",
    "release": f"""\
network.listen()
await open_pool({SIZE})
connection = await acquire()
await execute(connection, "BEGIN")
await execute(connection, "SELECT 1")


async def want():
    await release(connection)
""",
}

CODE = f"""

async def client():
    try:
        await want()
    except Exception as error:
        return repr(error), "waits"
    return "", "ends"


network.silent = True
error, word = await within({GIVEN_UP}, client) or ("", "still waiting")
network.silent = False
await pause(0.2)
with contextlib.suppress(Exception):  # some wait for what is out
    await close()
print(error)
print(word)
"""


def explain(case: str) -> Explanation:
    """Explain what is silent, and what a client wants of it."""
    how, what = case.split(", ")
    silent = {
        "silent network": message("explain.silence_of_network"),
        "frozen server": message("explain.silence_of_server"),
    }[how]
    wanted = {
        "acquire": message("explain.acquire_in_silence"),
        "query": message("explain.query_in_silence"),
        "release": message("explain.release_in_silence"),
    }[what]
    steps = (silent, wanted, message("explain.given_up", seconds=GIVEN_UP))
    why = message("explain.silence")
    if how == "frozen server":
        return Explanation(steps, why, no_code=message("explain.like_silent_network"))
    return Explanation(steps, why, WANTED[what] + CODE, networked=True)


DRILL = Drill("silence", CASES, see, alone=False, seconds=4.0, explains=explain)
