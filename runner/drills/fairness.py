"""Fairness: many clients on few connections, and who is served how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.drills.drill import Drill, Seen
from runner.measure.worker_process import Hung
from runner.results.observation import Word
from runner.worker.protocol import TurnOrder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.drills.scene import Scene

SIZE, CLIENTS = 5, 50
LEAD_IN, LENGTH = 0.5, 2.0
THINKING = {"no think time": 0.0, "think time 2 ms": 0.002}


def carry_out(scene: Scene) -> Iterator[Seen]:
    """Let many clients use few connections, and count those who were served not once."""
    for case, think_time in THINKING.items():
        if not scene.contender.traits.pools:
            yield Seen(case, Word.NOT_APPLICABLE)
            continue
        with scene.pool(SIZE, timeout=10.0, clients=CLIENTS, think_time=think_time) as pool:
            try:
                record = pool.worker.turn(TurnOrder(1, LEAD_IN, LENGTH, patience=20.0), 40.0)
            except Hung as error:
                yield Seen(case, Word.STILL_WAITING, exception=str(error))
                continue
        starved = sum(not served for served in record.ok)
        if starved:
            yield Seen(case, Word.STARVES, starved, "clients")
        else:
            yield Seen(case, Word.SERVED)


DRILL = Drill("fairness", carry_out, tuple(THINKING), timed=True)
