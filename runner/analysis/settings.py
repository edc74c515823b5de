"""The settings of a run: what groups have in common that lie along one axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.axes import ADAPTER

if TYPE_CHECKING:
    from runner.axes import Conditions


def setting(conditions: Conditions) -> Conditions:
    """Return what groups have in common that differ only in the axis along which they lie."""
    return conditions.without(along_of(conditions))


def along_of(conditions: Conditions) -> str:
    """Name the axis along which the groups of a setting lie: the clients, or the adapters."""
    return ADAPTER if conditions.adapter else "clients"
