"""From the adapters that a configuration names to what is known of them, before anything starts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import adapters
from adapters.base import AdapterError
from runner.config import ConfigError
from runner.names import CONTROL
from runner.outcome import Driver
from runner.stand import Variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adapters.base import Traits
    from adapters.registry import AdapterClass
    from runner.config import Config
    from runner.plan import Cell, Plan


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


def variants(config: Config, found: Mapping[str, AdapterClass]) -> dict[str, Variant]:
    """Return what the runner needs to know of each adapter, by the user's name."""
    return {name: _variant(config, name, adapter) for name, adapter in found.items()}


def _variant(config: Config, name: str, adapter: AdapterClass) -> Variant:
    given = config.adapters.get(name)
    return Variant(
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
    plan: Plan, known: Mapping[str, Variant], baseline: str | None
) -> dict[str, Variant]:
    """Return the variants with that of the control, which is the baseline under another name."""
    twin = known[baseline or plan.cells[0].adapter]
    return {**known, CONTROL: replace(twin, name=CONTROL)}


def connections_needed(plan: Plan, known: Mapping[str, Variant]) -> int:
    """Return how many connections the fullest group may have open at once."""
    return max(
        (_connections(cells, known) for cells in plan.groups().values()),
        default=0,
    )


def _connections(cells: Iterable[Cell], known: Mapping[str, Variant]) -> int:
    return sum(_demand(cell, known[cell.adapter].traits) for cell in cells)


def _demand(cell: Cell, traits: Traits) -> int:
    if not traits.server:
        return 0
    if traits.bounded:
        return cell.pool_max
    return 2 * cell.clients  # a backend outlives its connection for a moment
