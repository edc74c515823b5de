"""Broken connections: the server ends some or all of a pool's connections, and clients go on."""

from __future__ import annotations

import json
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING, Any

from adapters.base import VALIDATE
from runner.drills.capacity import CODE as COUNT
from runner.drills.capacity import capacity
from runner.drills.drill import Drill, Seen, has_pool
from runner.drills.explanation import Explanation
from runner.drills.failing import failed
from runner.measure.disturbance import disturbed
from runner.measure.faults import kill
from runner.messages import message
from runner.results.observation import Word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from adapters.base import PoolAdapter
    from runner.drills.scene import OpenedPool, Scene
    from runner.measure.faults.kill import Kill
    from runner.worker.events import Events
    from runner.worker.protocol import Event

SIZE = 5
ATTEMPTS = 50
"""Operations that are attempted until as many as there are connections succeed in a row."""

WORK_SECONDS = 8.0
"""Seconds after which they are given up."""

VALIDATED = ", validated"
"""The end of the cases in which the pool proves each connection before it hands it out."""

KILLED = {
    "while idle, one": ("idle", kill.idle(1)),
    "while idle, half": ("idle", kill.idle(SIZE // 2)),
    "while idle, all": ("idle", kill.idle()),
    "while idle, all" + VALIDATED: ("idle", kill.idle()),
    "in use, all": ("in use", kill.idle()),
    "in use, all" + VALIDATED: ("in use", kill.idle()),
    "in a transaction, all": ("in a transaction", kill.in_transaction()),
}
"""Case -> how the connections are held, and what is done to them."""


NOTHING: Mapping[str, Any] = {}
"""Of an error that there was not."""


async def survive(
    pool: PoolAdapter[Any], events: Events, size: int, held: str, limit: float
) -> dict[str, Any]:
    """Have every connection in some state when it is killed, then work until all is well."""
    out = [] if held == "idle" else [await pool.acquire() for _ in range(size)]
    if held == "in a transaction":
        for connection in out:
            await connection.execute("BEGIN")
    await events.tell("break now")
    await events.wait_for("broken")
    began = perf_counter()  # clients that hold a connection notice first, and may have to wait
    failures, first = await _give_back(pool, out)
    outcome = await work(pool, size, limit, failures, first)
    return {**outcome, "seconds": perf_counter() - began}


async def work(
    pool: PoolAdapter[Any],
    size: int,
    limit: float,
    failures: int = 0,
    first: Mapping[str, Any] = NOTHING,
) -> dict[str, Any]:
    """Work until as many operations in a row succeed as there are connections; count failures.

    It is given up after `limit` seconds, or ATTEMPTS failures.
    """
    began = perf_counter()
    served = 0
    while served < size and failures < ATTEMPTS and perf_counter() - began < limit:
        error = await _attempt(pool)
        served = 0 if error else served + 1
        failures += bool(error)
        first = first or (failed(error) if error else {})
    connections, more = await capacity(pool, size)
    return {
        **first,
        "failures": failures + more,
        "healthy": served >= size,
        "capacity": connections,
    }


async def _give_back(pool: PoolAdapter[Any], out: list[Any]) -> tuple[int, dict[str, Any]]:
    """Use and release each connection; count those that failed, and tell of the first."""
    failures = 0
    first: dict[str, Any] = {}
    for connection in out:
        try:
            await connection.fetchrow("SELECT 1")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what a client gets
            failures += 1
            first = first or failed(error)
        with suppress(Exception):  # it has been counted
            await pool.release(connection)
    return failures, first


async def _attempt(pool: PoolAdapter[Any]) -> Exception | None:
    """Do an operation as a client does; give the error that it ended with."""
    try:
        async with pool.connection() as connection:
            await connection.fetchrow("SELECT 1")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what a client gets
        return error
    return None


def see(scene: Scene, case: str) -> Seen:
    """Kill connections in some state, and count what clients notice of it."""
    held, disturbance = KILLED[case]
    options = scene.options(**({VALIDATE: True} if case.endswith(VALIDATED) else {}))
    with scene.pool(SIZE, options=options) as pool:
        breaking = _breaking(disturbance, pool)
        outcome = pool.play(
            survive, on_event=breaking, size=pool.size, held=held, limit=WORK_SECONDS
        )
    exception, lost = outcome.get("exception", ""), pool.size - outcome["capacity"]
    if not outcome["healthy"]:
        return Seen(Word.NEVER, exception=exception)
    if lost:
        return Seen(Word.LOSES, lost, "connections", exception)
    if not outcome["failures"]:
        return Seen(Word.CLEAN)
    return Seen(Word.RECOVERS, outcome["seconds"], "s", exception)


def _breaking(disturbance: Kill, pool: OpenedPool) -> Callable[[Event], None]:
    """Do it when the pool is ready for it, and tell when it is done."""

    def breaks(event: Event) -> None:
        del event
        with suppress(kill.NoneInStateError), disturbed(disturbance, pool.target):
            pass  # a pool that keeps none idle has none to lose
        pool.worker.tell("broken")

    return breaks


def _applies(scene: Scene, case: str) -> bool:
    proves = scene.adapter.validating is not None
    return has_pool(scene) and (proves or not case.endswith(VALIDATED))


SESSION = "SELECT backend_start, pid FROM pg_stat_activity WHERE pid = pg_backend_pid()"

TAKE = f"""\
sql = {json.dumps(SESSION)}
await open_pool({SIZE}$option)
out = [await acquire() for _ in range({SIZE})]
sessions = sorted([tuple((await execute(it, sql))[0]) for it in out])
"""

HOLD = {
    "idle": "for connection in out:\n    await release(connection)\nout = []\n",
    "in use": "",
    "in a transaction": 'for connection in out:\n    await execute(connection, "BEGIN")\n',
}

KILL = """\
other = await connect()
for _, pid in sessions{some}:
    await execute(other, f"SELECT pg_terminate_backend({{pid}}, 5000)")

failures = 0
for connection in out:
    try:
        await execute(connection, "SELECT 1")
    except Exception as error:
        print(repr(error))
        failures += 1
    with contextlib.suppress(Exception):
        await release(connection)
"""

WORK = f"""\
served = 0
while served < {SIZE} and failures < {ATTEMPTS}:
    try:
        connection = await acquire()
        try:
            await execute(connection, "SELECT 1")
        finally:
            await release(connection)
        served += 1
    except Exception as error:
        print(repr(error))
        failures, served = failures + 1, 0
answered, more = await capacity({SIZE})
failures += more
"""

JUDGE = f"""\
if served < {SIZE}:
    print("never")
elif answered < {SIZE}:
    print("loses")
else:
    print("recovers" if failures else "clean")
await close()
"""


def explain(case: str) -> Explanation:
    """Explain which connections are killed, and how long clients notice it."""
    held, _ = KILLED[case]
    number = case.removesuffix(VALIDATED).rsplit(", ", 1)[1]
    first = message("explain.open", count=SIZE, profile="equal")
    take = {
        "idle": message("explain.taken_and_back"),
        "in use": message("explain.taken"),
        "in a transaction": message("explain.in_transaction"),
    }[held]
    killed = {
        "one": message("explain.kill_one"),
        "half": message("explain.kill_half", number=SIZE // 2),
        "all": message("explain.kill_all"),
    }[number]
    after = message("explain.until_well", attempts=ATTEMPTS)
    validated = [message("explain.validated")] * case.endswith(VALIDATED)
    some = {"one": "[:1]", "half": f"[: {SIZE // 2}]", "all": ""}[number]
    return Explanation(
        (first, *validated, take, killed, after),
        message("explain.broken"),
        "".join((COUNT, TAKE, HOLD[held], KILL.format(some=some), WORK, JUDGE)),
        ("contextlib",),
        option=VALIDATE if validated else "",
    )


DRILL = Drill("broken connections", tuple(KILLED), see, _applies, seconds=1.2, explains=explain)
