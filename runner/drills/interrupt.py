"""Interrupt: a SIGINT reaches the main thread of a process in the middle of a query."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING, Any

from runner.drills.capacity import CODE as COUNT
from runner.drills.drill import Drill, Seen
from runner.drills.explanation import Explanation
from runner.drills.script import script
from runner.drills.whole_process import CANCEL_SECONDS, QUERY_SECONDS
from runner.messages import message
from runner.results.observation import Word

if TYPE_CHECKING:
    from runner.drills.scene import Scene

SIZE = 3
READY_SECONDS, LATEST_SECONDS = 20.0, 10.0
UNDER_WAY = 0.3
"""Seconds after which the query is under way at the server."""

CASES = ("the program", "the query", "the pool")


def see(scene: Scene, case: str) -> Seen:
    """Interrupt a program in a query; look at when it hears of it, and at what is left."""
    cut, running, left = scene.once(interrupted)
    exception = cut.get("exception", "")
    if case == "the program":
        late = cut["seconds"] >= QUERY_SECONDS
        seconds = max(0.0, cut["seconds"] - UNDER_WAY)
        return Seen(Word.STILL_WAITING if late else Word.ENDS, seconds, "s", exception)
    if case == "the query":
        return Seen(Word.GOES_ON, running, "queries") if running else Seen(Word.CLEAN)
    exception = left.get("exception", "")
    if lost := SIZE - left["connections"]:
        return Seen(Word.LOSES, lost, "connections", exception)
    if left["failures"]:
        return Seen(Word.FAILS, left["failures"], "operations", exception)
    return Seen(Word.CLEAN)


def interrupted(scene: Scene) -> tuple[dict[str, Any], int | None, dict[str, Any]]:
    """Send the signal; return what is said then, the queries at work, and what is left."""
    with scene.planned(SIZE) as planned, script("interrupt", scene, planned) as process:
        process.line(READY_SECONDS)
        sleep(UNDER_WAY)
        process.interrupt()
        cut = process.line(LATEST_SECONDS)
        running = planned.active()
        process.go_on()
        return cut, running, process.line(LATEST_SECONDS)


CUT = f"""\
async def fill():
    for connection in [await acquire() for _ in range({SIZE})]:
        await release(connection)


run(open_pool({SIZE}))
run(fill())
other = run(connect())
connection = run(acquire())
[[pid]] = run(execute(connection, "SELECT pg_backend_pid()"))
main = threading.get_ident()
threading.Timer({UNDER_WAY}, signal.pthread_kill, (main, signal.SIGINT)).start()
began = time.perf_counter()
try:
    run(execute(connection, "SELECT pg_sleep({QUERY_SECONDS})"))
except KeyboardInterrupt:
    print("interrupted")
except Exception as error:
    print(repr(error))
seconds = time.perf_counter() - began
"""

LOOK = {
    "the program": f"""\
print(f"after {{seconds:.1f}} s")
print("ends" if seconds < {QUERY_SECONDS} else "still waiting")
""",
    "the query": f"""\
run(pause({CANCEL_SECONDS}))
sql = f"SELECT 1 FROM pg_stat_activity WHERE pid = {{pid}} AND state = 'active'"
rows = run(execute(other, sql))
print("goes on" if rows else "clean")
""",  # noqa: S608 - the number is the server's
    "the pool": f"""\
run(pause({CANCEL_SECONDS}))
with contextlib.suppress(Exception):
    run(release(connection))
answered, failures = run(capacity({SIZE}))
if answered < {SIZE}:
    print("loses")
else:
    print("fails" if failures else "clean")
""",
}


def explain(case: str) -> Explanation:
    """Explain when the signal comes, and what is looked at."""
    looked_at = {
        "the program": message("explain.program_ends"),
        "the query": message("explain.query_ends"),
        "the pool": message("explain.pool_is_whole"),
    }[case]
    steps = (
        message("explain.long_query", seconds=QUERY_SECONDS),
        message("explain.interrupted", seconds=UNDER_WAY),
        looked_at,
    )
    imports = ("contextlib", "signal", "threading", "time")
    code = COUNT + CUT + LOOK[case]
    return Explanation(steps, message("explain.interrupt"), code, imports, whole_process=True)


DRILL = Drill("interrupt", CASES, see, seconds=1.0, explains=explain)
