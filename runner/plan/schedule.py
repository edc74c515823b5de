"""The schedule of a cell: its turns, its deadline and its expected time."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.base import WhenExhausted
from runner.worker.protocol import TurnOrder

if TYPE_CHECKING:
    from adapters.base import Traits
    from runner.axes import Conditions
    from runner.plan.plan import Cell

GRACE_SECONDS = 10.0
"""Limit for clients to come back from their last operation, over the acquire time-out."""

MOST_PATIENCE = 7 * 24 * 3600.0
"""The longest wait for counted operations, in seconds: system calls take no time without end."""

START_SECONDS = 0.21
"""About the time that a cell takes of a round beside its turns, for its interpreter, its pool, its
table and its end: six that start side by side on two cores take six times as long."""

AROUND_SECONDS = 0.015
"""About the time around a turn: clients are started before it, and counted after it."""

AHEAD_SECONDS = 0.05
"""The time from the order of a window that several processes share to its lead-in: orders reach the
last of them after 5 to 20 ms on a busy machine, and its clients have to come."""

LEAD_IN_OPERATIONS = 3
"""The least length of a lead-in, in mean operations (METHOD 3)."""

REPEATED = 0.1
"""The largest part of the cycles, and of their time, that is measured again (METHOD 21)."""


@dataclass(frozen=True)
class Cycle:
    """A turn of each cell of a group, one after the other."""

    number: int
    """The number of its turns, in the order of time; 0 is the warm-up."""
    length: float
    """The counted seconds of each turn."""
    uncut: bool = False
    """Its turns are the longer ones, from which percentiles and fairness come."""


def turn_orders(cell: Cell, deadline: float | None) -> list[TurnOrder]:
    """Return the turns of a cell that has the machine as long as it takes.

    One turn, whose lead-in is the warm-up. Where operations are counted instead of time, the
    warm-up is a turn of its own.
    """
    conditions = cell.conditions
    counted = conditions.operations_per_client
    if counted is None:
        patience = conditions.acquire_timeout + GRACE_SECONDS
        if deadline is not None:
            patience = max(0.0, deadline - conditions.warmup - conditions.duration)
        length = conditions.duration
        return [
            TurnOrder(
                1, conditions.warmup, length, patience=patience, timeline=not conditions.steady
            )
        ]
    patience = min(counted * _longest(conditions) + GRACE_SECONDS, MOST_PATIENCE)
    if deadline is not None:
        patience = max(0.0, deadline - conditions.warmup)
    order = TurnOrder(1, 0.0, operations=counted, patience=patience, timeline=not conditions.steady)
    return [*warm_up(cell, deadline), order]


def _longest(conditions: Conditions) -> float:
    """Add up the parts of an operation that take their time and fail, in seconds."""
    pauses = conditions.error_pause + conditions.think_time
    return conditions.acquire_timeout + conditions.hold + pauses


def warm_up(cell: Cell, deadline: float | None) -> list[TurnOrder]:
    """Return the turn that comes before all others and does not count, if there is one."""
    return [timed(cell, 0, 0.0, cell.conditions.warmup, deadline)] if cell.conditions.warmup else []


def windows(cell: Cell) -> tuple[int, float]:
    """Return the number of turns that share the cell's time, and the counted seconds of each."""
    turns = cell.conditions.duration / (cell.conditions.turn - cell.conditions.lead_in)
    number = max(1, math.ceil(turns - 1e-9))
    return number, cell.conditions.duration / number


def uncut_length(cell: Cell) -> float:
    """Return the counted seconds of the one longer turn of a cell that takes turns; 0 for none.

    None is needed where a cell has a single turn, or turns that are as long.
    """
    number, length = windows(cell)
    uncut = cell.conditions.uncut or 0.0
    return uncut if number > 1 and uncut > length + 1e-9 else 0.0


def cycles(cell: Cell, seed: str) -> list[Cycle]:
    """Return the cycles of a group of such cells in a round, the warm-up, which has no turn, apart.

    The seed places the uncut one among the others, another one in each round: what changes with
    the age of a process, or with the time since the last group, must not always meet it.
    """
    number, length = windows(cell)
    lengths = [(length, False)] * number
    if uncut := uncut_length(cell):
        lengths.insert(random.Random(f"{seed}/uncut").randrange(number + 1), (uncut, True))
    return [Cycle(place, *turn) for place, turn in enumerate(lengths, 1)]


def repeats(number: int) -> int:
    """Return the number of cycles, of that many, that may be measured again: at least one."""
    return max(1, int(number * REPEATED))


def lead_in(
    cell: Cell, mean: float | None, rate: float | None = None, length: float = 0.0
) -> float:
    """Return the seconds that a turn begins with uncounted; `mean` is that of an operation.

    Where operations arrive at a `rate` it is as long as the queue takes to fill, and no longer than
    the counted `length`: a queue that grows for ever is full at no time.
    """
    if rate is not None:
        return max(cell.conditions.lead_in, min(filling_seconds(mean or 0.0, rate), length))
    return max(cell.conditions.lead_in, LEAD_IN_OPERATIONS * (mean or 0.0))


def filling_seconds(mean: float, rate: float) -> float:
    """Return about the seconds in which a queue becomes as long as it will be.

    Of one server that is s / (1 - sqrt(load))^2, s being the mean time that it works on an
    operation: the relaxation time of M/M/1 (J. Cohen, The Single Server Queue, 1969). Neither s nor
    the load is known, but the mean time W of an operation and, by Little's law, the mean number L =
    rate x W in the system: with s = W / (1 + L) and load = L / (1 + L) it is about 4 W (1 + L).
    """
    return 4 * mean * (1 + rate * mean)


def longest_turn(cell: Cell) -> float:
    """Return the seconds of the longest turn of a cell at a rate, with the longest lead-in."""
    conditions = cell.conditions
    if not conditions.takes_turns:
        return conditions.warmup + conditions.duration
    length = max(windows(cell)[1], uncut_length(cell))
    return max(conditions.lead_in, length) + length


def timed(
    cell: Cell, number: int, before: float, length: float, deadline: float | None
) -> TurnOrder:
    """Return a turn of a window's length; `deadline` is the rest of the cell's, in seconds."""
    patience = cell.conditions.acquire_timeout + GRACE_SECONDS
    if deadline is not None:
        patience = max(0.0, deadline - before - length)
    return TurnOrder(number, before, length, patience=patience)


def measuring_seconds(cell: Cell) -> float:
    """Return the planned seconds of warm-up, lead-ins and windows of a cell in a round."""
    if not cell.conditions.takes_turns:
        return cell.conditions.warmup + cell.conditions.duration + _ahead(cell)
    warm_up = cell.conditions.warmup + _ahead(cell) if cell.conditions.warmup else 0.0
    return warm_up + _turns_seconds(cell, cell.conditions.lead_in + _ahead(cell))


def turn_seconds(cell: Cell, cycle: Cycle) -> float:
    """Return about the seconds that a turn of a cell takes, with all that is done around it."""
    return cell.conditions.lead_in + cycle.length + _around(cell)


def _ahead(cell: Cell) -> float:
    """Return the seconds by which several processes are ordered a turn ahead."""
    return AHEAD_SECONDS if cell.conditions.processes > 1 else 0.0


def _around(cell: Cell) -> float:
    """Return about the seconds around a turn."""
    return AROUND_SECONDS + _ahead(cell)


def all_turns_seconds(cell: Cell) -> float:
    """Return about the seconds that the turns of a cell take in a round, without a warm-up."""
    return _turns_seconds(cell, cell.conditions.lead_in + _around(cell))


def _turns_seconds(cell: Cell, around: float) -> float:
    """Add up the turns of a cell in a round, each with the seconds around what it counts."""
    number, length = windows(cell)
    uncut = uncut_length(cell)
    return number * (around + length) + (around + uncut if uncut else 0.0)


def expected_seconds(cell: Cell, traits: Traits) -> float:
    """Return about the seconds that a cell will take, to be shown to the user."""
    start = START_SECONDS * cell.conditions.processes
    warm_up = cell.conditions.warmup + _around(cell) if cell.conditions.warmup else 0.0
    if cell.conditions.takes_turns:
        return start + warm_up + all_turns_seconds(cell)
    seconds = start + warm_up + _around(cell)
    denied = (
        cell.conditions.acquire_timeout if traits.when_exhausted is WhenExhausted.WAITS else 0.0
    )
    if cell.conditions.operations_per_client is None:
        return seconds + cell.conditions.duration + (denied if cell.conditions.leak else 0.0)
    each = cell.conditions.think_time + (
        cell.conditions.hold if cell.conditions.workload == "hold" else 0.0
    )
    each += (denied + cell.conditions.error_pause) * cell.conditions.leak
    return seconds + cell.conditions.operations_per_client * each
