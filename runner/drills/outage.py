"""Outage: the server restarts, is down, stands still, or has no slot left, under load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.drills.drill import Drill, Seen
from runner.drills.under_load import disturbed_load
from runner.measure.faults.outage import Down, Frozen, NoSlots, Restart
from runner.measure.worker_process import Hung
from runner.results.observation import Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analysis.recovery import Recovery
    from runner.drills.scene import Scene
    from runner.measure.disturbance import Disturbance

CLIENTS = 10

OUTAGES: dict[str, tuple[Disturbance, float]] = {
    "restart": (Restart(), 0.0),
    "down 3 s": (Down(), 3.0),
    "down 8 s": (Down(), 8.0),
    "frozen 3 s": (Frozen(), 3.0),
    "no slots 3 s": (NoSlots(), 3.0),
}


def carry_out(scene: Scene) -> Iterator[Seen]:
    """Let the server fail in each way, and see when its clients are served again."""
    for case, (disturbance, lasts) in OUTAGES.items():
        with scene.pool(5, clients=CLIENTS) as pool:
            try:
                yield _seen(case, disturbed_load(disturbance, pool, lasts))
            except Hung as error:
                yield Seen(case, Word.STILL_WAITING, exception=str(error))


def _seen(case: str, recovered: Recovery) -> Seen:
    if recovered.first_success is None or not recovered.serves:
        return Seen(case, Word.NEVER)
    return Seen(case, Word.RECOVERS, recovered.first_success, "s")


DRILL = Drill("outage", carry_out, tuple(OUTAGES), timed=True)
