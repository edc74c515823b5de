"""Conditions in words: what stands above and below a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from runner.axes import AXES, MATRIX, NAMING
from runner.messages import message
from runner.report.catalogue import text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.axes import Conditions

SETTING = tuple(name for name in NAMING if name not in ("clients", "leak"))
"""The axes that all cells of a panel share."""


class Sized(Protocol):
    """A row, or what is said of a contender."""

    @property
    def pooled(self) -> bool:
        """The contender has a pool, whose size means something."""


def told(conditions: Conditions, among: Iterable[Sized]) -> Conditions:
    """Leave the size of the pools out where no contender has a pool."""
    return conditions if any(it.pooled for it in among) else conditions.without("pool_size")


def setting(conditions: Conditions) -> Conditions:
    """Leave out what differs within a panel."""
    return conditions.without(*(name for name in AXES if name not in SETTING))


def phrase(conditions: Conditions, axis: str) -> str:
    """Write the value of an axis; `no pool` where no contender has one."""
    value = getattr(conditions, axis)
    return text(message("axis.no_pool") if value is None else MATRIX[axis].phrase(value))


def apart(
    conditions: Conditions, others: Iterable[Conditions], axes: Iterable[str] = SETTING
) -> list[str]:
    """Write what tells conditions from others, axis by axis."""
    among = list(others)
    return [
        phrase(conditions, axis)
        for axis in axes
        if len({getattr(other, axis) for other in among}) > 1
    ]


def heading(conditions: Conditions, clients: int | None, others: Iterable[Conditions]) -> str:
    """Write what stands above a panel: what tells it from others, and any unusual profile."""
    words = apart(conditions, others)
    profile = phrase(conditions, "profile")
    if conditions.profile != MATRIX["profile"].usual and profile not in words:
        words.append(profile)
    if clients is not None:
        words.insert(0, text(MATRIX["clients"].phrase(clients)))
    return ", ".join(words)


def shared(settings: Iterable[Conditions]) -> list[str]:
    """Write the values of every axis over all settings, axis by axis."""
    every = list(settings)
    return [", ".join(dict.fromkeys(phrase(it, axis) for it in every)) for axis in SETTING]
