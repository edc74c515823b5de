"""The length of a turn and of its lead-in: chosen by the user, or by the cores of the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.config.duration import write_duration
from runner.plan.schedule import LEAD_IN_OPERATIONS, measuring_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.config.model import Config
    from runner.plan.plan import Plan
    from runner.rate import Rate

TURN = {"all": 1.0, "one": 0.06}
LEAD_IN = {"all": 0.1, "one": 0.015}
"""Seconds by `cpus`, where the user leaves the choice to us: docs/turns.md says why."""

RATE_TURN, RATE_LEAD_IN = 1.5, 0.5
"""Seconds where operations arrive at a rate: a queue takes time to become as long as it will be,
and percentiles need many operations (docs/arrivals.md)."""

MOST_TURNS = 100_000
"""The most turns of a cell in a round: more are a typing error and not a plan."""


def of_cell(
    config: Config, cpus: str, workload: str, rate: Rate | None = None
) -> tuple[float, float]:
    """Return the seconds of a turn, lead-in included, and of its lead-in.

    Short turns are for short operations: where three of a known length outlast a lead-in, turns
    are as long as on all cores. Where operations arrive at a rate they are as long as it takes.
    """
    if rate is not None:
        return (
            RATE_TURN if config.turn is None else config.turn,
            RATE_LEAD_IN if config.lead_in is None else config.lead_in,
        )
    known = config.think_time + (config.hold if workload == "hold" else 0.0)
    like = cpus if LEAD_IN_OPERATIONS * known <= LEAD_IN[cpus] else "all"
    return (
        TURN[like] if config.turn is None else config.turn,
        LEAD_IN[like] if config.lead_in is None else config.lead_in,
    )


def complaints(config: Config, plan: Plan) -> Iterator[str]:
    """Complain of a turn, or a lead-in, that does not fit the other one or the counted time."""
    chosen = {cell.conditions for cell in plan.cells if cell.conditions.takes_turns}
    for turn, lead_in, cpus in sorted({(here.turn, here.lead_in, here.cpus) for here in chosen}):
        if lead_in < turn:
            yield from _too_many(config, turn, lead_in)
            continue
        where = f"where cpus is {cpus} and it is left out"
        if config.lead_in is None:
            sentence = f"must be longer than lead_in, which is {write_duration(lead_in)} {where}"
            yield config.complaint(("turn",), sentence)
        else:
            sentence = f"must be shorter than turn, which is {write_duration(turn)} {where}"
            yield config.complaint(("lead_in",), sentence)


def deadline_complaints(config: Config, plan: Plan) -> Iterator[str]:
    """Complain of a deadline within the time that a cell is planned to be measured."""
    if config.deadline is None:
        return
    fitting = (cell for cell in plan.cells if cell.conditions.lead_in < cell.conditions.turn)
    cells = fitting if config.turn != 0 else plan.cells
    longest = max(map(measuring_seconds, cells), default=0.0)
    if config.operations_per_client is not None:
        longest = config.warmup
    if config.deadline <= longest:
        sentence = "must be longer than the turns of a cell in a round, with warmup and lead-ins"
        took = f"{longest:.3g} s, is {write_duration(config.deadline)}"
        yield config.complaint(("deadline",), f"{sentence}: {took}")


def _too_many(config: Config, turn: float, lead_in: float) -> Iterator[str]:
    """Complain of turns that are too short for the counted time."""
    if config.duration / (turn - lead_in) > MOST_TURNS:
        duration = write_duration(config.duration)
        sentence = f"must be longer: duration ({duration}) would take more than {MOST_TURNS} turns"
        yield config.complaint(("turn",), sentence)
