"""The shapes of plain values: what came over the wall is held against type annotations.

An adapter runs in the worker's process, so that every line of it may be the adapter's.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Collection, Mapping
from functools import cache
from types import NoneType
from typing import Any, TypeGuard, get_args, get_origin, get_type_hints, is_typeddict

LARGEST = 2**63 - 1
"""The largest whole number, of either sign, that fits into an array."""

SCALARS = (bool, int, float, str, NoneType)


class MalformedLineError(ValueError):
    """A line that is no message."""


def checked(kind: type, data: Any, **shapes: Any) -> dict[str, Any]:
    """Hold plain values against the annotations of a class's fields, and return them.

    `shapes` are those of fields that cross the wall as something else. Raises MalformedLineError.
    """
    fields = {**_fields(kind), **shapes}
    if not _has_names(data, fields):
        raise MalformedLineError(f"no {kind.__name__} has the fields of {reprlib.repr(data)}")
    for name, shape in fields.items():
        if not fits(data[name], shape):
            raise MalformedLineError(
                f"{name} of a {kind.__name__} cannot be {reprlib.repr(data[name])}"
            )
    return data


def fits(value: object, shape: Any) -> bool:
    """Tell whether a plain value of JSON is of a type; a tuple may be a list there."""
    if shape is Any:
        return True
    if shape in SCALARS:
        return _is_scalar(value, shape)
    if is_typeddict(shape):
        names = _fields(shape)
        return _has_names(value, names) and all(fits(value[it], names[it]) for it in names)
    origin, inner = get_origin(shape), get_args(shape)
    if origin is Mapping:
        return isinstance(value, dict) and all(fits(held, inner[1]) for held in value.values())
    if inner and origin is not tuple:
        return any(fits(value, choice) for choice in inner)
    return isinstance(value, list | tuple) and _fits_each(value, inner or _fields(shape).values())


@cache
def _fields(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _has_names(value: object, names: Mapping[str, Any]) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict) and value.keys() == names.keys()


def _is_scalar(value: object, shape: type) -> bool:
    """Tell whether it is such a value; a whole number is a float too, and true is no number."""
    if isinstance(value, bool) or shape not in (int, float):
        return type(value) is shape
    if isinstance(value, int):
        return abs(value) <= LARGEST
    return shape is float and isinstance(value, float) and math.isfinite(value)


def _fits_each(values: Collection[Any], shapes: Collection[Any]) -> bool:
    """Hold each item against its shape; `...` after a shape means any number of them."""
    first, *others = shapes
    if others == [...]:
        return all(fits(value, first) for value in values)
    return len(values) == len(shapes) and all(map(fits, values, shapes))
