"""A pool under load that is disturbed: what its clients see of it, tenth by tenth of a second."""

from __future__ import annotations

import math
from contextlib import ExitStack
from time import monotonic_ns, perf_counter_ns
from typing import TYPE_CHECKING

from runner.analysis.recovery import recovery
from runner.drills.drill import Seen
from runner.measure.disturbance import disturbed
from runner.measure.worker_process import Failed
from runner.results.observation import Word
from runner.worker.protocol import TurnOrder

if TYPE_CHECKING:
    from runner.analysis.recovery import Recovery
    from runner.drills.scene import OpenedPool
    from runner.measure.disturbance import Disturbance, Moments

AHEAD = 0.3
"""Seconds from the order of a turn to its window, in which its clients come."""

BEFORE, AFTER = 1.0, 5.0
"""Seconds before the fault, and after it should have been mended, to which the time of the fault is
added: pools that ask less and less often may take as long again."""

PATIENCE = 15.0
"""Seconds that clients may take to come back, once the window has closed."""

SECOND = 1_000_000_000


class Plan:
    """Breaks something at its moment of a turn, and mends it when it has lasted."""

    def __init__(self, disturbance: Disturbance, pool: OpenedPool, lasts: float) -> None:
        """Take what to do, and for how many seconds; nothing is done yet."""
        self._disturbance = disturbance
        self._pool = pool
        self._stack = ExitStack()
        self.opens_at = perf_counter_ns() + round(AHEAD * SECOND)
        self._breaks = monotonic_ns() + round((AHEAD + BEFORE) * SECOND)
        self._mends = self._breaks + round(lasts * SECOND)
        self.moments: Moments | None = None

    def watch(self) -> float:
        """Do what is due, and return the seconds until there is more. Raises ServerError."""
        now = monotonic_ns()
        if self.moments is None and now >= self._breaks:
            fault = disturbed(self._disturbance, self._pool.target)
            self.moments = self._stack.enter_context(fault)
            now = monotonic_ns()
        if self.moments is not None and now >= self._mends:
            self._stack.close()
            return math.inf
        due = self._breaks if self.moments is None else self._mends
        return max(0.0, (due - now) / SECOND)

    def close(self) -> None:
        """Mend what is still broken. Raises ServerError."""
        self._stack.close()


def disturbed_load(disturbance: Disturbance, pool: OpenedPool, lasts: float) -> Recovery:
    """Let the clients of a pool work, disturb them, and see how they recover.

    Raises Hung where they do not come back, ServerError, Interrupted.
    """
    plan = Plan(disturbance, pool, lasts)
    length = BEFORE + 2 * lasts + AFTER
    order = TurnOrder(1, 0.0, length, patience=PATIENCE, timeline=True, opens_at=plan.opens_at)
    began = monotonic_ns() + (plan.opens_at - perf_counter_ns())
    try:
        pool.worker.begin_turn(order)
        record = pool.worker.end_turn(AHEAD + length + 2 * PATIENCE, plan.watch)
    finally:
        plan.close()
    if record.bug:
        raise Failed(record.bug.strip().splitlines()[-1])
    if (moments := plan.moments) is None:
        raise Failed("the load ended before it was disturbed")
    mended = moments.mended or moments.broken
    try:
        return recovery(
            [slot.operations for slot in record.timeline],
            [slot.failures for slot in record.timeline],
            (moments.broken - began) / SECOND,
            (mended - began) / SECOND,
        )
    except ValueError as error:
        raise Failed(str(error)) from error


def served_again(seen: Recovery) -> Seen:
    """Say when clients were served again."""
    if seen.first_success is None or not seen.serves:
        return Seen(Word.NEVER)
    return Seen(Word.RECOVERS, seen.first_success, "s")
