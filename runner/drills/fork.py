"""Fork: a process with an open pool forks, and both sides use it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from runner.drills.drill import Drill, Seen
from runner.drills.explanation import Explanation
from runner.drills.script import script
from runner.drills.whole_process import ASK_SECONDS, QUESTIONS
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
    with scene.planned(SIZE) as planned, script("fork", scene, planned) as process:
        process.line(READY_SECONDS)
        with suppress(Hung, Crashed):
            while len(sides) < len(CASES):
                said = process.line(GIVEN_UP)
                sides[said.pop("side")] = said
    return sides


CODE = f"""\
async def fill():
    for connection in [await acquire() for _ in range({SIZE})]:
        await release(connection)


async def ask(side):
    errors = wrong = 0
    until = time.perf_counter() + {ASK_SECONDS}
    for value in range(side, 2 * {QUESTIONS}, 2):  # which only this side asks for
        if time.perf_counter() > until:
            break
        try:
            connection = await acquire()
            try:
                sql = f"SELECT {{value}} FROM pg_sleep(0.002)"
                [[answer]] = await execute(connection, sql)
            finally:
                await release(connection)
            wrong += answer != value
        except Exception:
            errors += 1
    return f"breaks {{wrong}} wrong answers, {{errors}} errors" if wrong or errors else "clean"


answers, answer = os.pipe()
if os.fork() == 0:  # this program waits for another one, which forks
    run(open_pool({SIZE}))
    run(fill())
    here, there = socket.socketpair()
    side = 0 if os.fork() else 1
    signal.alarm({ASK_SECONDS + GIVEN_UP:.0f})  # a side that hangs is ended
    own, other = (here, there) if side == 0 else (there, here)
    own.send(b"!")
    own.recv(1)  # the other side is there
    said = run(ask(side))
    os.write(answer, f"{{'child' if side else 'parent'}} {{said}}\\n".encode())
    os._exit(0)
os.close(answer)
lines = {{}}
while select.select([answers], [], [], {GIVEN_UP})[0] and (data := os.read(answers, 1000)):
    lines |= dict(line.split(" ", 1) for line in data.decode().splitlines())
print(lines)
print(lines.get("$side", "breaks").split()[0])
"""  # noqa: S608 - it is a program of constants


def explain(case: str) -> Explanation:
    """Explain what both sides of a fork ask."""
    steps = (
        message("explain.open", count=SIZE, profile="equal"),
        message("explain.forked"),
        message("explain.both_ask", times=QUESTIONS),
    )
    return Explanation(
        steps,
        message("explain.fork"),
        CODE.replace("$side", case),
        ("os", "select", "signal", "socket", "time"),
        whole_process=True,
    )


DRILL = Drill("fork", CASES, see, alone=False, seconds=3.0, explains=explain)
