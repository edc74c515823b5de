"""A pool under load that is disturbed: what its clients see of it, tenth by tenth of a second."""

from __future__ import annotations

from time import perf_counter_ns
from typing import TYPE_CHECKING

from runner.drills.drill import Seen
from runner.measure.planned_disturbance import SECOND, PlannedDisturbance
from runner.measure.worker_process import Failed
from runner.results.observation import Word
from runner.results.recovery import SLOT, recovery
from runner.worker.protocol import TurnOrder

if TYPE_CHECKING:
    from runner.drills.scene import OpenedPool
    from runner.measure.disturbance import Disturbance
    from runner.results.recovery import Recovery

AHEAD = 0.3
"""Seconds from the order of a turn to its window, in which its clients come."""

BEFORE, AFTER = 1.0, 3.0
"""Seconds before the fault, and after it should have been mended, to which the time of the fault is
added: pools that ask less and less often may take as long again."""

PATIENCE = 15.0
"""Seconds that clients may take to come back, once the window has closed."""


def disturbed_load(disturbance: Disturbance, pool: OpenedPool, lasts: float) -> Recovery:
    """Let the clients of a pool work, disturb them, and see how they recover.

    Raises Hung where they do not come back, ServerError, Interrupted.
    """
    length = BEFORE + 2 * lasts + AFTER
    opens_at = perf_counter_ns() + round(AHEAD * SECOND)
    plan = PlannedDisturbance(disturbance, pool.target, opens_at, BEFORE, lasts)
    order = TurnOrder(1, 0.0, length, patience=PATIENCE, timeline=True, opens_at=opens_at)
    try:
        pool.worker.begin_turn(order)
        record = pool.worker.end_turn(AHEAD + length + 2 * PATIENCE, plan.watch)
    finally:
        plan.close()
    if record.bug:
        raise Failed(record.bug.strip().splitlines()[-1])
    if (moments := plan.moments) is None:
        raise Failed("the load ended before it was disturbed")
    try:
        return recovery(
            [slot.operations for slot in record.timeline],
            [slot.failures for slot in record.timeline],
            *moments,
        )
    except ValueError as error:
        raise Failed(str(error)) from error


def served_again(seen: Recovery) -> Seen:
    """Say when clients were served again, to a tenth of a second, which is the shortest time."""
    if seen.first_success is None or not seen.serves:
        return Seen(Word.NEVER)
    return Seen(Word.RECOVERS, max(SLOT, seen.first_success), "s")
