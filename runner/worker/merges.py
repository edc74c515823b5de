"""The merging of two records: each field declares once how two of its values become one."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from runner.worker.histogram import merged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from _typeshed import DataclassInstance

    from runner.worker.histogram import Histogram

    Combine = Callable[[Any, Any], Any]

R = TypeVar("R", bound="DataclassInstance")

MERGE = "merge"
"""The key of a field's metadata."""


@dataclass(frozen=True)
class Merge:
    """The two ways to make one value of two."""

    then: Combine
    """The merge of two stretches of time of the same clients."""
    beside: Combine
    """The merge of two groups of clients in the same stretch of time."""


def merge(then: Combine, beside: Combine | None = None) -> dict[str, Merge]:
    """Declare the merge of a field, as its metadata; without `beside` both ways are the same."""
    return {MERGE: Merge(then, beside or then)}


def mergeable(kind: type[R]) -> type[R]:
    """Check that every field of a dataclass declares its merge. Raises TypeError."""
    for field in fields(kind):
        if MERGE not in field.metadata:
            raise TypeError(f"{kind.__name__}.{field.name} does not declare how it is merged")
    return kind


def combined(first: R, second: R, way: Literal["then", "beside"]) -> R:
    """Merge two records, field by field; neither is changed."""
    changes = {
        field.name: getattr(field.metadata[MERGE], way)(
            getattr(first, field.name), getattr(second, field.name)
        )
        for field in fields(first)
    }
    return replace(first, **changes)


def worst(first: float | None, second: float | None) -> float | None:
    """Return the larger of the known values, None where none is known."""
    return max((value for value in (first, second) if value is not None), default=None)


def earliest(first: float | None, second: float | None) -> float | None:
    """Return the smaller of the known values, None where none is known."""
    return min((value for value in (first, second) if value is not None), default=None)


def latest_of_both(first: float | None, second: float | None) -> float | None:
    """Return the larger value, None unless both are known."""
    return None if first is None or second is None else max(first, second)


def first_known(first: float | None, second: float | None) -> float | None:
    """Return the first value that is known, 0 included."""
    return second if first is None else first


def first_text(first: str, second: str) -> str:
    """Return the first text that is not empty."""
    return first or second


def each_added(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    """Add the values of equal positions. Raises ValueError where the lengths differ."""
    return tuple(mine + its for mine, its in zip(first, second, strict=True))


def added_by_key(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    """Add the values of equal keys."""
    return {key: first.get(key, 0) + second.get(key, 0) for key in {**first, **second}}


def counts_by_key(
    first: Mapping[str, Mapping[str, int]], second: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, int]]:
    """Add the counts of equal keys, one below the other."""
    return {
        key: added_by_key(first.get(key, {}), second.get(key, {})) for key in {**first, **second}
    }


def histograms_by_key(
    first: Mapping[str, Histogram], second: Mapping[str, Histogram]
) -> dict[str, Histogram]:
    """Merge the histograms of equal keys. Raises KeyError where one of the two lacks a key."""
    return {key: merged([first[key], second[key]]) for key in {**first, **second}}
