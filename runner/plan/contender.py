"""The contenders of a run: adapters with their options, under names of the user's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.base import Traits
    from runner.axes import Conditions


@dataclass(frozen=True)
class Driver:
    """The driver as rows name it, and the promises of the adapter."""

    name: str
    version: str
    pools: bool = True
    """The adapter has a pool that has a size."""
    bounded: bool = False
    """The pool never opens more connections than its size, and those of `overflow`."""
    exclusive: bool = False
    """The adapter never gives one connection to two clients at a time."""
    overflow: Mapping[str, int] = field(default_factory=dict)
    """Profile -> the connections that the pool may open beyond its size, where it may."""

    def most(self, conditions: Conditions) -> int:
        """Count the connections that the bounded pools of a cell may have open."""
        beyond = self.overflow.get(conditions.profile, 0)
        return (conditions.pool_size.most + beyond) * conditions.processes


@dataclass(frozen=True)
class Contender:
    """An adapter with its options, under the user's name for it."""

    name: str
    adapter: str
    """The registered name or the dotted path."""
    options: Mapping[str, Any]
    traits: Traits
    driver: Driver
    profiles: tuple[str, ...] = ("equal",)
    python: str = ""
    """The interpreter of its workers; empty for the runner's own."""
    unprepared: Mapping[str, Any] | None = field(default_factory=dict)
    """The options that it needs behind the pooler that is here, in transaction mode; None where
    none help."""

    def options_under(self, conditions: Conditions) -> dict[str, Any]:
        """Return the user's options, and those that the conditions take."""
        needed = self.unprepared if conditions.lends_sessions else None
        return {**self.options, **(needed or {})}
