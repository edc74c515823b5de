"""Fork: a process with an open pool forks, and both sides use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.drills.drill import Drill, Seen
from runner.drills.explanation import Explanation
from runner.drills.script import script
from runner.drills.whole_process import QUESTIONS
from runner.messages import message
from runner.results.observation import Word

if TYPE_CHECKING:
    from runner.drills.scene import Scene

SIZE = 3
GIVEN_UP = 5.0
CASES = ("parent", "child")


def see(scene: Scene, case: str) -> Seen:
    """Let both sides ask for what only they can know, and look at one of them."""
    sides: dict[str, Any] = {}
    with scene.place(SIZE) as place, script("fork", scene, place) as process:
        while case not in sides:
            said = process.line(GIVEN_UP)
            sides[said.pop("side")] = said
    outcome = sides[case]
    exception = outcome.get("exception", "")
    if outcome["wrong"]:
        return Seen(Word.WRONG, outcome["wrong"], "answers", exception)
    if outcome["failures"]:
        return Seen(Word.FAILS, outcome["failures"], "operations", exception)
    return Seen(Word.CLEAN)


def explain(case: str) -> Explanation:
    """Explain what both sides of a fork ask."""
    del case
    steps = (
        message("explain.open", count=SIZE, profile="equal"),
        message("explain.forked"),
        message("explain.both_ask", times=QUESTIONS),
    )
    no_code = message("explain.whole_process")
    return Explanation(steps, message("explain.fork"), no_code=no_code)


DRILL = Drill("fork", CASES, see, alone=False, seconds=4.0, explains=explain)
