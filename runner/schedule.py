"""How long a cell may take, and how long it will: its turns, its deadline, its expected time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.base import WhenExhausted
from runner.turn import TurnOrder

if TYPE_CHECKING:
    from adapters.base import Traits
    from runner.plan import Cell

GRACE_SECONDS = 10.0
"""How long clients may take to come back from their last operation, over the acquire time-out."""

START_SECONDS = 0.35
"""What an interpreter, a pool and its end cost of a run's time, more or less."""


def turn_orders(cell: Cell, deadline: float | None) -> list[TurnOrder]:
    """Return the turns of a cell: a lead-in that is its warm-up, and the window that counts.

    Where operations are counted instead of time, the warm-up is a turn of its own.
    """
    patience = cell.acquire_timeout + GRACE_SECONDS
    if cell.operations_per_client is None:
        if deadline is not None:
            patience = max(0.0, deadline - cell.warmup - cell.duration)
        return [TurnOrder(1, cell.warmup, cell.duration, patience=patience)]
    longest = cell.operations_per_client * (
        cell.acquire_timeout + cell.hold + cell.error_pause + cell.think_time
    )
    counted = TurnOrder(
        1,
        0.0,
        operations=cell.operations_per_client,
        patience=longest + GRACE_SECONDS if deadline is None else max(0.0, deadline - cell.warmup),
    )
    warmup = TurnOrder(0, cell.warmup, patience=patience)
    return [warmup, counted] if cell.warmup else [counted]


def expected_seconds(cell: Cell, traits: Traits) -> float:
    """Return about how long a cell will take, for the eyes of whoever waits."""
    seconds = START_SECONDS + cell.warmup
    denied = cell.acquire_timeout if traits.when_exhausted is WhenExhausted.WAITS else 0.0
    if cell.operations_per_client is None:
        return seconds + cell.duration + (denied if cell.leak else 0.0)
    each = cell.think_time + (cell.hold if cell.workload == "hold" else 0.0)
    each += (denied + cell.error_pause) * cell.leak
    return seconds + cell.operations_per_client * each
