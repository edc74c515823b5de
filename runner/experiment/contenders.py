"""From the adapters that a configuration names to what is known of them, before anything starts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import adapters
from adapters.base import AdapterError
from runner.config.model import ConfigError
from runner.plan.contender import Contender, Driver
from runner.roles import CONTROL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from adapters.base import Traits
    from adapters.registry import AdapterClass
    from runner.config.complaints import Key
    from runner.config.model import Config
    from runner.plan.plan import Cell, Plan


def classes(config: Config) -> dict[str, AdapterClass]:
    """Return the class of every adapter, by the user's name. Raises ConfigError with all faults."""
    found: dict[str, AdapterClass] = {}
    complaints = []
    for name, key in config.adapter_names().items():
        given = config.adapters.get(name)
        try:
            found[name] = adapters.find(given.adapter if given else name)
        except AdapterError as error:
            place = ("adapters", name, "adapter") if given else key
            complaints.append(config.complaint(place, str(error)))
            continue
        options = adapters.pool_options(given.options if given else {})
        complaints += [
            config.complaint(("adapters", name, "options"), complaint)
            for complaint in adapters.check(found[name], options)
        ]
    if complaints:
        raise ConfigError(complaints)
    return found


def strangers(data: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    """Yield the adapters that cannot be had, of plain data that other checks have refused.

    `classes` needs a Config; so these complaints come at once with the others.
    """
    own = data["adapters"] if isinstance(data.get("adapters"), dict) else {}
    for key, name in _named(data, own):
        try:
            adapters.find(name)
        except AdapterError as error:
            yield key, str(error)


def _named(data: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    """Yield the text that stands where a name of an adapter should, but for the user's own."""
    for name, settings in own.items():
        if isinstance(settings, dict) and isinstance(settings.get("adapter"), str):
            yield ("adapters", name, "adapter"), settings["adapter"]
    include = data["include"] if isinstance(data.get("include"), list) else []
    parts: list[Key] = [("matrix",), *(("include", index) for index in range(len(include)))]
    for key, axes in zip(parts, [data.get("matrix"), *include], strict=True):
        names = axes.get("adapter") if isinstance(axes, dict) else None
        for index, name in enumerate(names if isinstance(names, list) else [names]):
            if isinstance(name, str) and name not in own:
                yield (*key, "adapter", index), name


def resolve(config: Config, classes: Mapping[str, AdapterClass]) -> dict[str, Contender]:
    """Resolve the contenders of a configuration, by the user's name; `classes` are its adapters."""
    return {name: _contender(config, name, adapter) for name, adapter in classes.items()}


def _contender(config: Config, name: str, adapter: AdapterClass) -> Contender:
    given = config.adapters.get(name)
    return Contender(
        name,
        given.adapter if given else name,
        given.options if given else {},
        adapter.traits,
        Driver(
            adapter.driver,
            adapters.driver_version(adapter),
            pools=adapter.traits.pools,
            bounded=adapter.traits.bounded,
            exclusive=adapter.traits.transactions and adapter.traits.thread_safe,
        ),
        tuple(adapter.profiles),
    )


def with_control(
    plan: Plan, known: Mapping[str, Contender], baseline: str | None
) -> dict[str, Contender]:
    """Add the contender of the control, which is the baseline under another name."""
    twin = known[baseline or plan.cells[0].adapter]
    return {**known, CONTROL: replace(twin, name=CONTROL)}


def connections_needed(plan: Plan, known: Mapping[str, Contender]) -> int:
    """Return how many connections the fullest group may have open at once."""
    return max(
        (_connections(cells, known) for cells in plan.groups().values()),
        default=0,
    )


def _connections(cells: Iterable[Cell], known: Mapping[str, Contender]) -> int:
    return sum(_demand(cell, known[cell.adapter].traits) for cell in cells)


def _demand(cell: Cell, traits: Traits) -> int:
    if not traits.server:
        return 0
    if traits.bounded:
        return cell.pool_max
    return 2 * cell.clients  # a backend outlives its connection for a moment
