"""Fairness: many clients on few connections, and who is served how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.drills.drill import Drill, Seen
from runner.drills.explanation import Explanation
from runner.measure.worker_process import Failed
from runner.messages import message
from runner.results.observation import Word
from runner.worker.protocol import TurnOrder

if TYPE_CHECKING:
    from runner.drills.scene import Scene

SIZE, CLIENTS = 5, 50
LEAD_IN, LENGTH = 0.5, 2.0
WAITS, PATIENCE = 10.0, 20.0
"""The acquire time-out: longer than the turn, so that nobody is told to go away within it."""

THINKING = {"no think time": 0.0, "think time 2 ms": 0.002}


def see(scene: Scene, case: str) -> Seen:
    """Let many clients use few connections, and count those who were served not once."""
    order = TurnOrder(1, LEAD_IN, LENGTH, patience=PATIENCE)
    thinking = THINKING[case]
    with scene.pool(SIZE, timeout=WAITS, clients=CLIENTS, think_time=thinking) as pool:
        record = pool.worker.turn(order, LEAD_IN + LENGTH + 2 * PATIENCE)
    if record.bug:
        raise Failed(record.bug.strip().splitlines()[-1])
    if record.stuck:
        return Seen(Word.STILL_WAITING, record.stuck, "clients")
    if starved := sum(not served for served in record.ok):
        return Seen(Word.STARVES, starved, "clients")
    return Seen(Word.SERVED)


def explain(case: str) -> Explanation:
    """Explain the load, and who counts as starved."""
    load = message("explain.crowd", clients=CLIENTS, size=SIZE, seconds=LENGTH)
    steps = (load, message("explain.thinking", seconds=THINKING[case]), message("explain.starved"))
    return Explanation(steps, message("explain.fairness"), no_code=message("explain.chance"))


DRILL = Drill("fairness", tuple(THINKING), see, seconds=4.0, explains=explain)
