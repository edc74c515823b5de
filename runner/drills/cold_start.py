"""Cold start: a pool is opened while the server does not listen yet."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any

from runner.drills.drill import Drill, Seen
from runner.drills.explanation import Explanation
from runner.drills.failing import SOON_SECONDS, failed, refused
from runner.messages import message
from runner.results.observation import Word
from runner.server.network.state import NetworkState, Traffic

if TYPE_CHECKING:
    from adapters.base import PoolAdapter
    from runner.drills.scene import OpenedPool, Scene
    from runner.worker.events import Events
    from runner.worker.protocol import Event

SIZE = 3
DOWN_SECONDS = 1.0
"""The time that nothing listens, from the first client's error on."""

HEALING_SECONDS = 10.0
PAUSE = 0.02
SERVED = Seen(Word.SERVED)
CASES = ("opening", "first client", "healing")


async def start(pool: PoolAdapter[Any], events: Events, healing: float) -> dict[str, Any]:
    """Open a second pool, of the same kind, while nothing listens; use it until it serves."""
    least = pool.options.max_size if pool.traits.connects_ahead else 0
    late = type(pool)(pool.dsn, replace(pool.options, min_size=least))
    await events.tell("refuse")
    await events.wait_for("refused")
    began = perf_counter()
    try:
        await late.open()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what a program gets
        return {"opening": {**failed(error), "seconds": perf_counter() - began}}
    opening = {"seconds": perf_counter() - began}
    try:
        client = await _client(late)
        await events.tell("listen")
        await events.wait_for("listening")
        return {"opening": opening, "client": client, "healing": await _healing(late, healing)}
    finally:
        await late.close()


async def _client(pool: PoolAdapter[Any]) -> dict[str, Any]:
    began = perf_counter()
    try:
        async with pool.connection() as connection:
            await connection.fetchrow("SELECT 1")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what a client gets
        return {**failed(error), "seconds": perf_counter() - began}
    return {"seconds": perf_counter() - began}


async def _healing(pool: PoolAdapter[Any], limit: float) -> float | None:
    """Return the seconds until a client is served; None where none is."""
    began = perf_counter()
    while perf_counter() - began < limit:
        if "exception" not in await _client(pool):
            return perf_counter() - began
        await pool.sleep(PAUSE)
    return None


def see(scene: Scene, case: str) -> Seen:
    """Open a pool before its server listens, and see what its first clients get."""
    outcome = scene.once(cold_start)
    opening = outcome["opening"]
    if case == "opening":
        return refused(**opening) if "exception" in opening else Seen(Word.OPENS)
    if "client" not in outcome:
        return Seen(Word.NOT_APPLICABLE)
    if case == "first client":
        return refused(**outcome["client"]) if "exception" in outcome["client"] else SERVED
    if outcome["healing"] is None:
        return Seen(Word.NEVER)
    return Seen(Word.RECOVERS, outcome["healing"], "s")


def cold_start(scene: Scene) -> dict[str, Any]:
    """Open a second pool while nothing listens, and use it."""
    with scene.pool(SIZE, networked=True) as pool:
        limit = HEALING_SECONDS
        outcome: dict[str, Any] = pool.play(
            start, on_event=lambda event: _react(pool, event), healing=limit
        )
    return outcome


def _react(pool: OpenedPool, event: Event) -> None:
    """Stop listening, or listen again."""
    if (network := pool.target.network) is None:
        return
    if event.name == "refuse":
        network.change(NetworkState(traffic=Traffic.REFUSED))
        pool.worker.tell("refused")
    elif event.name == "listen":
        sleep(DOWN_SECONDS)
        network.change(NetworkState())
        pool.worker.tell("listening")


OPENING = f"""\
began = time.perf_counter()
try:
    await open_pool({SIZE})
    await close()
    print("opens")
except Exception as error:
    print(repr(error))
    print("raises" if time.perf_counter() - began < {SOON_SECONDS} else "waits")
"""

CLIENT = f"""\
async def client():
    began = time.perf_counter()
    try:
        connection = await acquire()
        try:
            await execute(connection, "SELECT 1")
        finally:
            await release(connection)
        return "served"
    except Exception as error:
        print(repr(error))
    return "raises" if time.perf_counter() - began < {SOON_SECONDS} else "waits"


opened = True
try:
    await open_pool({SIZE})
except Exception as error:
    print(repr(error))
    opened = False
word = await client() if opened else "not applicable"
"""

HEALING = f"""\
if opened:
    await pause({DOWN_SECONDS})
    network.listen()
    until = time.perf_counter() + {HEALING_SECONDS}
    word = "never"
    while word != "recovers" and time.perf_counter() < until:
        if await client() == "served":
            word = "recovers"
        await pause({PAUSE})
"""

END = """\
if opened:
    await close()
print(word)
"""

CODE = {
    "opening": OPENING,
    "first client": CLIENT + END,
    "healing": CLIENT + HEALING + END,
}


def explain(case: str) -> Explanation:
    """Explain when nobody listens, and what is looked at."""
    steps = (
        message("explain.nobody_listens"),
        message("explain.opened", soon=SOON_SECONDS),
        message("explain.first_client", soon=SOON_SECONDS),
        message("explain.listens_again", seconds=DOWN_SECONDS),
    )
    looked_at = steps[: 2 + CASES.index(case)]
    return Explanation(looked_at, message("explain.cold_start"), CODE[case], networked=True)


DRILL = Drill("cold start", CASES, see, seconds=1.5, explains=explain)
