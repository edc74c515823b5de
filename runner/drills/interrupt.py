"""Interrupt: a SIGINT reaches the main thread of a process in the middle of a query."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING, Any

from runner.drills.drill import Drill, Seen
from runner.drills.explanation import Explanation
from runner.drills.script import script
from runner.drills.whole_process import QUERY_SECONDS
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
    with scene.place(SIZE) as place, script("interrupt", scene, place) as process:
        process.line(READY_SECONDS)
        sleep(UNDER_WAY)
        process.interrupt()
        cut = process.line(LATEST_SECONDS)
        running = place.active()
        process.go_on()
        return cut, running, process.line(LATEST_SECONDS)


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
    no_code = message("explain.whole_process")
    return Explanation(steps, message("explain.interrupt"), no_code=no_code)


DRILL = Drill("interrupt", CASES, see, seconds=1.5, explains=explain)
