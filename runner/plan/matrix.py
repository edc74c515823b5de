"""Checked values -> cells: the product of the axes, with complaints about the impossible. Pure."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runner.axes import MATRIX, Conditions, PoolSize, file_name
from runner.config.complaints import ConfigError
from runner.config.value_types import MOST_ROUNDS
from runner.messages import message
from runner.plan import comparison, exclusions, open_loop, placement, turn_timing
from runner.plan.exclusions import Site
from runner.plan.plan import Cell, LeftOut, Plan
from runner.refusals import too_small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.axis import Promises
    from runner.config.axes import AxisValues
    from runner.config.model import Config
    from runner.messages import Message

MOST_CELLS = 10_000
"""The limit of a round: more cells run for hours at best, a typing error and not a plan."""


def expand(
    config: Config,
    contenders: Mapping[str, Promises],
    *,
    affinity: bool,
    glibc: bool = True,
    words: Callable[[Message], str] = str,
) -> Plan:
    """Return the cells of a config: the matrix and the includes, without the excludes.

    `contenders` holds every name in `config.adapter_names()`; `affinity` says that this platform
    can keep a process on one core, `glibc` that this is its C library; `words` writes a message
    that is part of a complaint. Raises ConfigError with everything that cannot be, each with its
    place.
    """
    plan, complaints = judged(config, contenders, Site(affinity, glibc), words)
    if complaints:
        raise ConfigError(complaints)
    return plan


def judged(
    config: Config,
    contenders: Mapping[str, Promises],
    site: Site,
    words: Callable[[Message], str] = str,
) -> tuple[Plan, list[str]]:
    """Return the cells of a config as `expand` does, beside what cannot be.

    Raises ConfigError where there are too many.
    """
    placed = site.affinity and placement.few_cores(config, site.cores) is None
    config = placement.settled(config, affinity=placed)
    _refuse_too_many(config)
    kept: dict[Cell, int] = {}
    left: dict[Cell, Message] = {}
    matched: set[int] = set()
    for cell, listed, rounds in _wanted(config, matched):
        reason = _cannot(cell, contenders[cell.contender], listed)
        if reason is None:
            kept[cell] = max(kept.get(cell, 0), rounds)
        else:
            left[cell] = reason
    most = config.rounds if config.precision is None else MOST_ROUNDS
    plan = Plan(
        tuple(kept),
        tuple(LeftOut(*item) for item in left.items() if item[0] not in kept),
        {cell: rounds for cell, rounds in kept.items() if rounds < most},
        tuple(number for number in range(len(config.exclude)) if number not in matched),
    )
    complaints = [
        *exclusions.complaints(config, plan, site),
        *comparison.complaints(config, plan),
        *turn_timing.complaints(config, plan),
        *open_loop.complaints(config, plan),
        *turn_timing.deadline_complaints(config, plan),
        *_one_file(config),
        *_nothing_left(config, plan, words),
    ]
    return plan, complaints


ListedValues = Mapping[str, Any]
"""Axis -> the value that the matrix lists, None where it lists none."""


def _wanted(config: Config, matched: set[int]) -> Iterator[tuple[Cell, ListedValues, int]]:
    """Yield the cells, each with the values that the matrix lists for it, and its most rounds.

    The numbers of the excludes that left one out are put to those that have `matched`.
    """
    rounds_of = [MOST_ROUNDS, *(axes.rounds or MOST_ROUNDS for axes in config.include)]
    for values, rounds in zip(_products(config), rounds_of, strict=True):
        for contender_last in itertools.product(*values.values()):
            *point, contender = contender_last
            listed = dict(zip(MATRIX, point, strict=True))
            cell = Cell(contender, _conditions(config, listed), compared=config.compare)
            excluding = {at for at, axes in enumerate(config.exclude) if _matches(cell, axes)}
            matched |= excluding
            if not excluding:
                yield cell, listed, min(rounds, _most_rounds(config, cell))


def _most_rounds(config: Config, cell: Cell) -> int:
    changes = not cell.conditions.steady
    return config.leak_rounds if changes and config.leak_rounds else MOST_ROUNDS


def _products(config: Config) -> list[dict[str, tuple[Any, ...]]]:
    """Return the values of each axis, the contenders last, of the matrix and of each include."""
    order = (*MATRIX, "adapter")
    whole = {**dict.fromkeys(MATRIX, (None,)), **config.matrix.listed()}
    products = [whole, *({**whole, **axes.listed()} for axes in config.include)]
    return [{name: product[name] for name in order} for product in products]


def _conditions(config: Config, listed: ListedValues) -> Conditions:
    pool = config.pool
    smallest = pool.max_size if pool.min_size is None else pool.min_size
    point = {
        name: MATRIX[name].from_listed(value) for name, value in listed.items() if value is not None
    }
    rate, fault = point.get("rate"), point.get("fault")
    of_fault = 0.0 if fault is None else fault.at + fault.lasts + config.recovery
    turn, lead_in = turn_timing.of_cell(config, point["cpus"], point["workload"], rate)
    return Conditions(
        **{"pool_size": PoolSize(smallest, pool.max_size), **point},
        acquire_timeout=pool.timeout,
        error_pause=config.error_pause,
        think_time=config.think_time,
        hold=config.hold,
        leak_reference=config.leak_reference,
        warmup=config.warmup,
        duration=of_fault or config.duration,
        operations_per_client=config.operations_per_client,
        turn=turn,
        lead_in=lead_in,
        shed=config.shed or 0.0,
        uncut=config.uncut,
    )


def _matches(cell: Cell, axes: AxisValues) -> bool:
    """Tell whether a cell has one of the listed values of every axis."""
    return all(
        cell.contender in values
        if name == "adapter"
        else getattr(cell.conditions, name) in map(MATRIX[name].from_listed, values)
        for name, values in axes.listed().items()
    )


def _cannot(cell: Cell, contender: Promises, listed: ListedValues) -> Message | None:
    """Say why a contender cannot be measured there; None where it can."""
    refusals = [axis.refuses(listed[axis_name], contender) for axis_name, axis in MATRIX.items()]
    refusals.append(too_small(cell.conditions.pool_size.most, contender))
    reasons = [reason for reason in refusals if reason]
    return message("left_out.refuses", adapter=cell.contender, reasons=reasons) if reasons else None


def _refuse_too_many(config: Config) -> None:
    count = sum(math.prod(map(len, values.values())) for values in _products(config))
    if count > MOST_CELLS:
        sentence = f"must be at most {MOST_CELLS} cells in a round, is {count}"
        raise ConfigError([config.complaint(("matrix",), sentence)])


def _one_file(config: Config) -> Iterator[str]:
    """Complain of adapters whose results would be in the same files."""
    taken: dict[str, str] = {}
    for name, key in config.adapter_names().items():
        namesake = taken.setdefault(file_name(name).casefold(), name)
        if namesake != name:
            yield config.complaint(key, f"{name} and {namesake} are too alike as names of files")


def _nothing_left(config: Config, plan: Plan, words: Callable[[Message], str]) -> Iterator[str]:
    if not plan.cells and not plan.left_out:
        yield config.complaint(("exclude",), "leaves nothing of the matrix")
        return
    for name, key in config.adapter_names().items():
        if not any(cell.contender == name for cell in plan.cells):
            reasons = {out.reason: None for out in plan.left_out if out.cell.contender == name}
            why = "; ".join(map(words, reasons)) or "exclude leaves out all its cells"
            yield config.complaint(key, f"nothing is left of {name}: {why}")
