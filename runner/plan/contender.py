"""What is compared: an adapter with its options, under a name of the user's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.base import Traits


@dataclass(frozen=True)
class Driver:
    """The driver as rows name it, and what the adapter promises of itself."""

    name: str
    version: str
    pools: bool = True
    """There is a pool that has a size."""
    bounded: bool = False
    """It never opens more connections than its size."""
    exclusive: bool = False
    """It never gives one connection to two clients at a time."""


@dataclass(frozen=True)
class Contender:
    """An adapter with its options, under the user's name for it."""

    name: str
    adapter: str
    """Registered name or dotted path."""
    options: Mapping[str, Any]
    traits: Traits
    driver: Driver
    profiles: tuple[str, ...] = ("equal",)
