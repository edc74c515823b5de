"""Fairness: many clients on few connections, and who is served how often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.drills.drill import Drill, Seen
from runner.drills.explanation import Explanation
from runner.messages import message
from runner.results.observation import Word
from runner.results.row_builder import jain
from runner.times import SECOND
from runner.worker.protocol import TurnOrder

if TYPE_CHECKING:
    from runner.drills.scene import Scene
    from runner.worker.protocol import TurnRecord

SIZE, CLIENTS = 5, 50
LEAD_IN, LENGTH = 0.5, 2.0
WAITS, PATIENCE = 10.0, 20.0
"""The acquire time-out: longer than the turn, so that nobody is told to go away within it."""

THINKING = {"no think time": 0.0, "think time 2 ms": 0.002}
FIGURES = {"not served": "", "longest wait": "s", "Jain": "of 1"}
"""What is looked at, and its unit."""


def see(scene: Scene, case: str) -> Seen:
    """Let many clients use few connections, and see how evenly they are served."""
    thinking, figure = case.split(", ")
    record = scene.once(crowded_load, THINKING[thinking])
    if record.stuck:
        return Seen(Word.STILL_WAITING, record.stuck, "clients")
    return _seen(record, figure)


def crowded_load(scene: Scene, thinking: float) -> TurnRecord:
    """Let the clients work for a while."""
    order = TurnOrder(1, LEAD_IN, LENGTH, patience=PATIENCE)
    values: dict[str, Any] = {"timeout": WAITS, "clients": CLIENTS, "think_time": thinking}
    with scene.pool(SIZE, **values) as pool:
        return pool.turn(order, LEAD_IN + LENGTH + 2 * PATIENCE)


def _seen(record: TurnRecord, figure: str) -> Seen:
    starved = sum(not served for served in record.ok)
    if figure == "not served":
        return Seen(Word.STARVES, starved, "clients") if starved else Seen(Word.SERVED)
    if figure == "Jain":
        return Seen(Word.TAKES, jain(record.ok), FIGURES[figure])
    waits = [record.histograms[part] for part in ("wait", "failed", "waiting")]
    longest = max(it.maximum for it in waits) / SECOND
    return Seen(Word.TAKES, longest, FIGURES[figure])


CASES = tuple(f"{thinking}, {figure}" for thinking in THINKING for figure in FIGURES)


def explain(case: str) -> Explanation:
    """Explain the load, and who counts as starved."""
    load = message("explain.crowd", clients=CLIENTS, size=SIZE, seconds=LENGTH)
    steps = (
        load,
        message("explain.thinking", seconds=THINKING[case.partition(", ")[0]]),
        message("explain.starved"),
    )
    return Explanation(steps, message("explain.fairness"), no_code=message("explain.chance"))


DRILL = Drill("fairness", CASES, see, seconds=1.5, explains=explain)
