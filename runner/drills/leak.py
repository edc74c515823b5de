"""Leak: connections that are never given back, held on to or dropped."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from runner.drills.drill import Drill, Seen
from runner.drills.explanation import Explanation
from runner.drills.failing import failed
from runner.messages import message
from runner.results.observation import Word

if TYPE_CHECKING:
    from adapters.base import PoolAdapter
    from runner.drills.scene import Scene
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


def see(scene: Scene, case: str) -> Seen:
    """Leak every connection, and ask for one more or close the pool."""
    what, how = case.split(", ")
    with scene.pool(SIZE) as pool:
        outcome = pool.play(leak, size=pool.size, hold=how == "held")
        if what == "close":
            return Seen(Word.ENDS, pool.close(), "s")
    if not outcome:
        return Seen(Word.CLEAN)
    return Seen(Word.LEAKS, pool.size, "connections", outcome["exception"])


CODE = """\
await open_pool({size})
held = []
for _ in range({size}):
    connection = await acquire()
    {kept}
connection = None
gc.collect()
word = "clean"
try:
    connection = await acquire()
    await execute(connection, "SELECT 1")
    await release(connection)
except Exception as error:
    print(repr(error))
    word = "leaks"
print(word)
"""


def explain(case: str) -> Explanation:
    """Explain how connections are leaked, and what is asked of the pool then."""
    what, how = case.split(", ")
    first = message("explain.open", count=SIZE, profile="equal")
    leaked = message("explain.dropped") if how == "dropped" else message("explain.held")
    if what == "close":
        steps = (first, leaked, message("explain.closed"))
        return Explanation(
            steps, message("explain.close_hangs"), no_code=message("explain.adapter_closes")
        )
    kept = "held.append(connection)" if how == "held" else "pass  # it is forgotten"
    steps = (first, leaked, message("explain.another"))
    code = CODE.format(size=SIZE, kept=kept)
    return Explanation(steps, message("explain.slot_is_gone"), code, ("gc",))


DRILL = Drill("leak", CASES, see, explains=explain)
