"""The limits of an open loop: what a rate excludes, and what means nothing without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.axes import ADAPTER
from runner.plan.schedule import longest_turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.axes import Conditions
    from runner.config.complaints import Key
    from runner.config.model import Config
    from runner.plan.plan import Cell, Plan

RATE = "rate"
"""The axis of which this speaks."""

EXCLUDED: Mapping[str, str] = {
    "leak": "a pool that runs dry serves no rate, and what leaks is judged in a closed loop",
    "fault": "what a fault costs is measured in a closed loop",
    "operations_per_client": "operations arrive for a time, and whoever is free does them",
    "think_time": "the schedule says when an operation begins, and no client",
}
"""Axis, or key of a run, that no cell may have beside `rate` -> why."""

MOST_ARRIVALS = 1_000_000
"""The most arrivals of a turn, its longest lead-in included: their moments are drawn before it."""

WITHOUT_RATE = "means nothing without a rate in the matrix"
NO_SHARE = "is a share of what find finds, and there is no find; must be operations a second"
NOT_SHARED = "is a share of what the baseline's adapter serves, and adapters are not compared here"
NO_RATE = "is no rate, and its times are of another kind: leave it out where rates are compared"
ONE_PROCESS = "cannot be set beside processes: a rate is looked for in one process; leave out one"
ONE_SCALE = "is a number beside shares, or a share beside numbers: write all of one kind"
NOTHING_TO_NARROW = "means nothing where all cells have a rate: nothing is said of their speed"
NOT_BESIDE_FIND = ("operations_per_client", "think_time")
"""The keys of a run whose clients cannot be given a rate."""


def complaints(config: Config, plan: Plan) -> Iterator[str]:
    """Complain of what cannot be measured at a rate, a sentence each."""
    paced = [conditions for conditions in _conditions(plan) if conditions.paced]
    for name, why in EXCLUDED.items():
        if any(getattr(conditions, name) for conditions in paced):
            place = config.place((name,) if name in type(config).model_fields else ("matrix", name))
            sentence = f"cannot be set beside {name} ({place}): {why}; leave out one"
            yield config.complaint(_written(config), sentence)
    each = (complaint for cell in plan.cells for complaint in _each(config, cell))
    yield from dict.fromkeys(each)
    yield from _find(config)
    if len({rate.is_share for here in paced if (rate := here.rate)}) > 1:
        yield config.complaint(_written(config), ONE_SCALE)
    if config.compare == RATE and 0 < len(paced) < len(_conditions(plan)):
        yield config.complaint(_written(config, "none"), NO_RATE)
    if config.precision is not None and paced and len(paced) == len(_conditions(plan)):
        yield config.complaint(("precision",), NOTHING_TO_NARROW)
    if config.shed and not paced:
        yield config.complaint(("shed",), WITHOUT_RATE)


def _conditions(plan: Plan) -> Sequence[Conditions]:
    return list(dict.fromkeys(cell.conditions for cell in plan.cells))


def arrivals_of(cell: Cell, rate: float) -> int:
    """Return about the arrivals of the longest turn of a cell, at so many a second."""
    return round(rate * longest_turn(cell))


def _each(config: Config, cell: Cell) -> Iterator[str]:
    rate, key = cell.conditions.rate, _written(config, str(cell.conditions.rate))
    if rate is None or 0 < cell.conditions.turn <= cell.conditions.lead_in:  # refused elsewhere
        return
    if rate.is_share:
        if config.find is None:
            yield config.complaint(key, NO_SHARE)
        elif config.compare != ADAPTER:
            yield config.complaint(key, f"{NOT_SHARED}; must be operations a second")
        return
    arrivals = arrivals_of(cell, rate.number)
    if arrivals > MOST_ARRIVALS:
        sentence = f"would be {arrivals} arrivals in a turn, and {MOST_ARRIVALS} are the most"
        yield config.complaint(key, sentence)


def _find(config: Config) -> Iterator[str]:
    for name in NOT_BESIDE_FIND if config.find else ():
        if getattr(config, name):
            sentence = f"cannot be set beside {name} ({config.place((name,))}): {EXCLUDED[name]}"
            yield config.complaint(("find",), f"{sentence}; leave out one")
    if config.find and any(count != 1 for _, count in config.written("processes")):
        yield config.complaint(("find",), ONE_PROCESS)


def _written(config: Config, text: str = "") -> Key:
    """Return the key of a rate as it was written, or of the first one that is not `none`."""
    for key, value in config.written(RATE):
        wanted = str(value) == text if text else str(value) != "none"
        if wanted and key[0] != "exclude":
            return key
    return ("matrix", RATE)
