"""Fork: a process with an open pool forks, and both sides use it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from runner.drills.drill import Drill, Seen
from runner.drills.explanation import Explanation
from runner.drills.script import script
from runner.drills.whole_process import QUESTIONS
from runner.measure.worker_process import Crashed, Hung
from runner.messages import message
from runner.results.observation import Word

if TYPE_CHECKING:
    from runner.drills.scene import Scene

SIZE = 3
READY_SECONDS, GIVEN_UP = 20.0, 5.0
CASES = ("parent", "child")


def see(scene: Scene, case: str) -> Seen:
    """Let both sides ask for what only they can know, and look at one of them."""
    outcome = scene.once(forked).get(case)
    if outcome is None:
        return Seen(Word.BREAKS, exception=f"it said nothing for {GIVEN_UP:g} s, or ended")
    exception = outcome.get("exception", "")
    if outcome["wrong"]:
        return Seen(Word.BREAKS, outcome["wrong"], "wrong answers", exception)
    if outcome["failures"]:
        return Seen(Word.BREAKS, outcome["failures"], "failures", exception)
    return Seen(Word.CLEAN)


def forked(scene: Scene) -> dict[str, Any]:
    """Fork, and collect what each side says; one that hangs says nothing."""
    sides: dict[str, Any] = {}
    with scene.place(SIZE) as place, script("fork", scene, place) as process:
        process.line(READY_SECONDS)
        with suppress(Hung, Crashed):
            while len(sides) < len(CASES):
                said = process.line(GIVEN_UP)
                sides[said.pop("side")] = said
    return sides


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


DRILL = Drill("fork", CASES, see, alone=False, seconds=3.0, explains=explain)
