"""Checked values -> cells: the product of the axes, and a complaint of what cannot be. Pure."""

from __future__ import annotations

import itertools
import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from runner.config.complaints import ConfigError
from runner.plan.plan import ORDER, TURN, Cell, LeftOut, Plan, file_name, spelled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from adapters.base import Traits
    from runner.config.axes import Axes
    from runner.config.model import Config

NO_PROFILES: Mapping[str, Collection[str]] = MappingProxyType({})

MOST_CELLS = 10_000
"""More would run for hours in the shortest case: a typing error, not a plan."""


def expand(
    config: Config,
    traits: Mapping[str, Traits],
    *,
    affinity: bool,
    profiles: Mapping[str, Collection[str]] = NO_PROFILES,
) -> Plan:
    """Return the cells of a config: the matrix, and what is included, without what is excluded.

    `traits` holds those of every name in `config.adapter_names()`, `profiles` those that each
    knows (`equal` where it does not say); `affinity` says whether this platform can keep a process
    on one core. Raises ConfigError with everything that cannot be, each with its place.
    """
    _refuse_too_many(config)
    kept: dict[Cell, None] = {}
    left: dict[Cell, str] = {}
    for cell, sized in _wanted(config):
        known = profiles.get(cell.adapter, ("equal",))
        reason = _cannot(cell, traits[cell.adapter], known, sized=sized)
        if reason is None:
            kept[cell] = None
        else:
            left[cell] = reason
    plan = Plan(tuple(kept), tuple(LeftOut(*item) for item in left.items() if item[0] not in kept))
    complaints = [
        *([] if affinity else _one_core(config)),
        *_one_file(config),
        *_nothing_left(config, plan),
    ]
    if complaints:
        raise ConfigError(complaints)
    return plan


def _wanted(config: Config) -> Iterator[tuple[Cell, bool]]:
    """Yield the cells, each with whether the size of its pool was asked for by the axis."""
    for values in _products(config):
        for point in itertools.product(*(values[axis] for axis in ORDER)):
            chosen = dict(zip(ORDER, point, strict=True))
            cell = _cell(config, **chosen)
            if not any(_matches(cell, axes) for axes in config.exclude):
                yield cell, chosen["pool_size"] is not None


def _products(config: Config) -> list[dict[str, tuple[Any, ...]]]:
    whole = {"pool_size": (None,), **config.matrix.given()}
    return [whole, *({**whole, **axes.given()} for axes in config.include)]


def _cell(config: Config, *, pool_size: int | None, **point: Any) -> Cell:
    pool = config.pool
    smallest = pool.max_size if pool.min_size is None else pool.min_size
    return Cell(
        pool_min=smallest if pool_size is None else pool_size,
        pool_max=pool.max_size if pool_size is None else pool_size,
        acquire_timeout=pool.timeout,
        error_pause=config.error_pause,
        think_time=config.think_time,
        hold=config.hold,
        leak_reference=config.leak_reference,
        warmup=config.warmup,
        duration=config.duration,
        operations_per_client=config.operations_per_client,
        turn=TURN[point["cpus"]] if config.turn is None else config.turn,
        lead_in=config.lead_in,
        **point,
    )


def _matches(cell: Cell, axes: Axes) -> bool:
    return all(getattr(cell, axis) in values for axis, values in axes.given().items())


def _cannot(cell: Cell, traits: Traits, profiles: Collection[str], *, sized: bool) -> str | None:
    reasons = []
    if cell.profile not in profiles:
        reasons.append(f"does not know the profile {cell.profile} (only {', '.join(profiles)})")
    if cell.workload == "transaction" and not traits.transactions:
        reasons.append("cannot give two clients a transaction each (workload transaction)")
    if cell.leak and not traits.pools:
        reasons.append(f"has no pool to leak from (leak {spelled(cell.leak)})")
    if sized and not traits.pools:
        reasons.append(f"has no pool that could have a size (pool_size {cell.pool_size})")
    return f"{cell.adapter} {' and '.join(reasons)}" if reasons else None


def _refuse_too_many(config: Config) -> None:
    count = sum(math.prod(map(len, values.values())) for values in _products(config))
    if count > MOST_CELLS:
        sentence = f"must be at most {MOST_CELLS} cells in a round, is {count}"
        raise ConfigError([config.complaint(("matrix",), sentence)])


def _one_core(config: Config) -> Iterator[str]:
    for key, cpus in config.written("cpus"):
        if cpus == "one" and key[0] != "exclude":
            yield config.complaint(key, "this platform cannot keep a process on one core")


def _one_file(config: Config) -> Iterator[str]:
    """Complain of adapters whose results would stand in the same files."""
    taken: dict[str, str] = {}
    for name, key in config.adapter_names().items():
        other = taken.setdefault(file_name(name).casefold(), name)
        if other != name:
            yield config.complaint(key, f"{name} and {other} are too alike as names of files")


def _nothing_left(config: Config, plan: Plan) -> Iterator[str]:
    if not plan.cells and not plan.left_out:
        yield config.complaint(("exclude",), "leaves nothing of the matrix")
        return
    for name, key in config.adapter_names().items():
        if not any(cell.adapter == name for cell in plan.cells):
            reasons = {out.reason: None for out in plan.left_out if out.cell.adapter == name}
            why = "; ".join(reasons) or "exclude leaves out all its cells"
            yield config.complaint(key, f"nothing is left of {name}: {why}")
