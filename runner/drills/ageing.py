"""Ageing: the load goes away, connections grow old, and the server closes what is idle."""

from __future__ import annotations

from contextlib import ExitStack
from time import perf_counter
from typing import TYPE_CHECKING, Any

from adapters.base import VALIDATE
from runner.drills.broken import WORK, WORK_SECONDS, work
from runner.drills.capacity import CODE as COUNT
from runner.drills.drill import Drill, Seen, has_pool
from runner.drills.explanation import Explanation
from runner.measure.disturbance import disturbed
from runner.measure.faults.outage import IdleTimeout
from runner.messages import message
from runner.results.observation import Word

if TYPE_CHECKING:
    from adapters.base import PoolAdapter
    from runner.drills.scene import OpenedPool, Scene
    from runner.worker.events import Events
    from runner.worker.protocol import Event

SIZE = 5
LIMIT = 1.0
"""Seconds after which a library closes what is idle or old, where it is told to."""

REST_SECONDS = 7.0
"""The time without load: some pools close one connection after the other."""

USED_SECONDS = 4.0
MOST_USES = 100
USES = 20
"""Statements after which a library closes a connection, where it is told to."""

IDLE_SECONDS, LATER_SECONDS = 0.5, 1.5
"""After which the server closes a session that is idle, and after which the next client comes."""

HEARD_SECONDS = 0.3
"""The time that sessions have to hear of a changed setting, before their next command."""

PAUSE = 0.02
RESTS = {"load gone, as it comes": "", "load gone, idle limit 1 s": "idle"}
USED = {"lifetime 1 s, used for 4 s": "lifetime", "20 uses each, 100 uses": "uses"}
CLOSED = {"closed by the server": False, "closed by the server, validated": True}
"""Case -> the kind of limit; of the last, whether the pool proves its connections."""


async def peak(pool: PoolAdapter[Any], events: Events, size: int, rest: float) -> None:
    """Have every connection out at once, then let the pool rest."""
    del events
    out = [await pool.acquire() for _ in range(size)]
    for connection in out:
        await connection.fetchrow("SELECT 1")
    for connection in out:
        await pool.release(connection)
    await pool.sleep(rest)


async def use(
    pool: PoolAdapter[Any], events: Events, duration: float, most: int, pause: float
) -> int:
    """Use one connection at a time, for some time or that often; count the sessions that were."""
    del events
    sessions: set[int] = set()
    began, uses = perf_counter(), 0
    while perf_counter() - began < duration and uses < most:
        async with pool.connection() as connection:
            row: Any = await connection.fetchrow("SELECT pg_backend_pid()")
        sessions.add(int(row[0]))
        uses += 1
        await pool.sleep(pause)
    return len(sessions)


async def rest(
    pool: PoolAdapter[Any], events: Events, size: int, later: float, limit: float
) -> dict[str, Any]:
    """Have every connection out, rest until the server has closed them, and work again."""
    await events.tell("break now")
    await events.wait_for("broken")
    await pool.sleep(HEARD_SECONDS)
    await peak(pool, events, size, later)
    await events.tell("mend")
    await events.wait_for("mended")
    return await work(pool, size, limit)


def see(scene: Scene, case: str) -> Seen:
    """Let the connections of a pool grow old in some way."""
    if case in RESTS:
        with scene.pool(SIZE, min_size=1, fill=False, options=_options(scene, case)) as pool:
            pool.play(peak, size=pool.size, rest=REST_SECONDS)
            return Seen(Word.KEEPS, pool.connections(), "connections")
    if case in USED:
        with scene.pool(1, fill=False, options=_options(scene, case)) as pool:
            return Seen(
                Word.TAKES,
                pool.play(use, duration=USED_SECONDS, most=MOST_USES, pause=PAUSE),
                "sessions",
            )
    options = scene.options(**{VALIDATE: True}) if CLOSED[case] else scene.options()
    with scene.pool(SIZE, options=options) as pool, ExitStack() as fault:
        outcome = pool.play(
            rest,
            on_event=lambda event: _react(pool, event, fault),
            size=pool.size,
            later=LATER_SECONDS,
            limit=WORK_SECONDS,
        )
    exception = outcome.get("exception", "")
    if not outcome["healthy"]:
        return Seen(Word.NEVER, exception=exception)
    if outcome["failures"]:
        return Seen(Word.FAILS, outcome["failures"], "operations", exception)
    return Seen(Word.CLEAN)


def _options(scene: Scene, case: str) -> dict[str, Any]:
    """Set the library's limit of a case, where it has one."""
    kind = (RESTS | USED)[case]
    limit = USES if kind == "uses" else int(LIMIT)
    return scene.options(**({scene.adapter.retires[kind]: limit} if kind else {}))


def _react(pool: OpenedPool, event: Event, fault: ExitStack) -> None:
    if event.name == "break now":
        fault.enter_context(disturbed(IdleTimeout(IDLE_SECONDS), pool.target))
        pool.worker.tell("broken")
    elif event.name == "mend":
        fault.close()
        pool.worker.tell("mended")


def _applies(scene: Scene, case: str) -> bool:
    if not has_pool(scene):
        return False
    if case in CLOSED:
        return not CLOSED[case] or scene.adapter.validating is not None
    kind = (RESTS | USED)[case]
    return not kind or kind in scene.adapter.retires


CODE_REST = f"""\
network.listen()
await open_pool({SIZE}, least=1$option)
out = [await acquire() for _ in range({SIZE})]
for connection in out:
    await execute(connection, "SELECT 1")
for connection in out:
    await release(connection)
await pause({REST_SECONDS})
print(f"keeps {{network.now_open}} connections")
await close()
"""

CODE_USED = f"""\
await open_pool(1$option)
sessions = set()
uses = 0
until = time.perf_counter() + {USED_SECONDS}
while uses < {MOST_USES} and time.perf_counter() < until:
    connection = await acquire()
    [[pid]] = await execute(connection, "SELECT pg_backend_pid()")
    await release(connection)
    sessions.add(pid)
    uses += 1
    await pause({PAUSE})
print(f"takes {{len(sessions)}} sessions")
await close()
"""

CODE_CLOSED = f"""\
await open_pool({SIZE}$option)
out = [await acquire() for _ in range({SIZE})]
for connection in out:
    await execute(connection, "SET idle_session_timeout = '{IDLE_SECONDS * 1000:.0f}ms'")
for connection in out:
    await release(connection)
await pause({LATER_SECONDS})

failures = 0
"""

JUDGE = f"""\
if served < {SIZE}:
    print("never")
else:
    print("fails" if failures else "clean")
await close()
"""


def explain(case: str) -> Explanation:
    """Explain how connections grow old, and what is counted."""
    why = message("explain.ageing")
    if case in RESTS:
        limit = (message("explain.limit", seconds=LIMIT),) if RESTS[case] else ()
        steps = (
            *limit,
            message("explain.peak", size=SIZE),
            message("explain.rest", seconds=REST_SECONDS),
        )
        told: dict[str, Any] = {"option": RESTS[case], "limit": int(LIMIT)}
        return Explanation(steps, why, CODE_REST, networked=True, **told)
    if case in USED:
        limited = USES if USED[case] == "uses" else int(LIMIT)
        told = {"option": USED[case], "limit": limited}
        steps = (message("explain.limited"), message("explain.used"))
        return Explanation(steps, why, CODE_USED, ("time",), **told)
    validated = [message("explain.validated")] * CLOSED[case]
    closed = message("explain.server_closes", idle=IDLE_SECONDS, later=LATER_SECONDS)
    return Explanation(
        (*validated, closed, message("explain.until_served")),
        why,
        COUNT + CODE_CLOSED + WORK + JUDGE,
        ("contextlib",),
        option=VALIDATE if validated else "",
    )


DRILL = Drill(
    "ageing", (*RESTS, *USED, *CLOSED), see, _applies, alone=False, seconds=4.0, explains=explain
)
