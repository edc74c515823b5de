"""Conditions in words: above and below a picture."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from runner.analysis.estimate import NAMES
from runner.axes import ADAPTER, AXES, MATRIX, NAMING
from runner.messages import message
from runner.metrics import MILLISECONDS
from runner.report.several_values import phrase, several_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.analysis.report import Compared
    from runner.axes import Conditions
    from runner.messages import Message
    from runner.results.row import Row
    from runner.results.rows import RowGroup


class Sized(Protocol):
    """A row, or a conclusion on a contender."""

    @property
    def pooled(self) -> bool:
        """The contender has a pool, whose size means something."""


def compared_in(group: RowGroup) -> Message | str:
    """Return the heading of what is compared in a group: `adapter`, or the key of another axis."""
    axis = group.rows[0].cell.compared
    return message("table.adapter") if axis == ADAPTER else axis


def with_real_size(conditions: Conditions, among: Iterable[Sized]) -> Conditions:
    """Leave the size of the pools out where no contender has a pool."""
    return conditions if any(it.pooled for it in among) else conditions.without("pool_size")


def shared_axes(along: str) -> tuple[str, ...]:
    """Return the axes that all cells of a panel share: not the one along it, nor the leak."""
    return tuple(name for name in NAMING if name not in (along, "leak"))


def setting(conditions: Conditions, along: str) -> Conditions:
    """Leave out what differs within a panel."""
    return conditions.without(*(AXES.keys() - shared_axes(along)))


def differing(others: Iterable[Conditions], axes: Iterable[str]) -> list[str]:
    """Return the axes on which several conditions differ."""
    among = list(others)
    return [axis for axis in axes if len({getattr(other, axis) for other in among}) > 1]


def apart(conditions: Conditions, others: Iterable[Conditions]) -> list[Message]:
    """Write the values that tell conditions from others, axis by axis."""
    return [phrase(axis, getattr(conditions, axis)) for axis in differing(others, NAMING)]


def heading(
    conditions: Conditions, others: Iterable[Conditions], value: Message | None = None
) -> Message:
    """Write the heading of a panel: what tells it from others, and any unusual profile.

    `value` is that of the axis along which the panels of a page lie.
    """
    words = apart(conditions, others)
    profile = phrase("profile", conditions.profile)
    if conditions.profile != MATRIX["profile"].usual and profile not in words:
        words.append(profile)
    return message("caption.words", words=[value, *words] if value else words)


def shared(settings: Iterable[Conditions], along: str) -> Iterator[Message]:
    """Yield the values of every axis over all settings, axis by axis."""
    every = list(settings)
    for axis in shared_axes(along):
        if AXES[axis].tacit and all(getattr(it, axis) == AXES[axis].usual for it in every):
            continue
        values = dict.fromkeys(getattr(it, axis) for it in every if _has(it, axis))
        if values:
            yield several_values(axis, list(values))


def _has(setting: Conditions, axis: str) -> bool:
    """Tell whether the value of an axis says anything: that of one that is compared does not."""
    no_pool = axis == "pool_size" and setting.adapter is None
    of_none = AXES[axis].tacit and AXES[axis].usual is None  # a closed loop among rates
    return no_pool or of_none or getattr(setting, axis) is not None


def thinking(of: Iterable[Conditions]) -> Iterator[Message]:
    """Say how long clients think after an operation, where they do: the same in a whole run."""
    for seconds in dict.fromkeys(it.think_time for it in of if it.think_time):
        yield message("caption.thinks", ms=seconds * MILLISECONDS)


def no_good_round(rows: Iterable[Row]) -> Message:
    """Say of a cell without a figure how many of its rounds have which status."""
    counts = Counter(row.status.value for row in rows)
    words = [message("rows.of_status", rows=counts[it], status=it) for it in sorted(counts)]
    return message("caption.no_good_round", words=words)


def estimators(lines: Iterable[Compared]) -> list[Message]:
    """Name the estimators of the intervals of some conclusions."""
    used = {line.estimator for line in lines if line.low is not None}
    return [words for estimator, words in NAMES.items() if estimator in used]
