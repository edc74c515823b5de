"""The values of options, held against the signature of the library that takes them."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from inspect import Parameter
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from adapters.base import resolve_callable

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    Callable: "a function's `module:function`",
    NoneType: "null",
}
"""The types that are told apart; of any other one a value is left to the library."""

FIELD = re.compile(r":param (\w+) (\w+):")
"""A parameter with its type, as Sphinx reads documentation."""

DOCUMENTED: Mapping[str, Any] = {
    "bool": bool,
    "int": int,
    "float": float,
    "str": str,
    "coroutine": Callable,
}
"""The words for the types that are told apart."""


def wrong_values(options: Mapping[str, Any], *takers: Callable[..., Any]) -> list[str]:
    """List the values of options that none of the functions that name them takes, a sentence each.

    A type is that of the annotation, of a default that is a number or a truth value, or where the
    default is None, of the documentation. Where none of them tells, as in psycopg2, whose `connect`
    passes everything on to libpq as text, the value is left to the library. Raises AdapterError for
    a function that cannot be imported.
    """
    complaints = []
    for name, value in options.items():
        kinds = _kinds(name, *takers)
        if kinds and not any(_is_of(resolve_callable(value), kind) for kind in kinds):
            allowed = " or ".join(WORDS[kind] for kind in kinds)
            complaints.append(f"{name} must be {allowed}, is {json.dumps(value, default=str)}")
    return complaints


def _kinds(name: str, *takers: Callable[..., Any]) -> tuple[Any, ...]:
    """Name the kinds of value that an option takes; none where the signatures do not tell."""
    rest: tuple[Any, ...] = ()
    for taker in takers:
        for parameter, kinds in _parameters(taker).items():
            if parameter.name == name:
                return kinds
            if parameter.kind is Parameter.VAR_KEYWORD:
                rest = rest or kinds
    return rest


@cache
def _parameters(taker: Callable[..., Any]) -> dict[Parameter, tuple[Any, ...]]:
    parameters = inspect.signature(taker).parameters
    told = {
        **{name: _of_default(parameter.default) for name, parameter in parameters.items()},
        **{
            name: kind | None
            for name, kind in _documentation(taker).items()
            if name in parameters and parameters[name].default is None
        },
        **_annotations(taker),
    }
    return {parameter: _flat(told[name]) for name, parameter in parameters.items()}


def _documentation(taker: Callable[..., Any]) -> dict[str, Any]:
    """Read the types of parameters where the documentation has fields for them."""
    fields = FIELD.findall(taker.__doc__ or "")
    return {name: DOCUMENTED[word] for word, name in fields if word in DOCUMENTED}


def _annotations(taker: Callable[..., Any]) -> dict[str, Any]:
    """Evaluate the annotations; where they name what only type checkers see, those inherited."""
    for function in _inherited(taker):
        try:
            return get_type_hints(function)
        except NameError:
            continue
    return {}


def _inherited(taker: Callable[..., Any]) -> Iterator[Any]:
    if not isinstance(taker, type):
        yield taker
        return
    for kind in taker.__mro__:
        if "__init__" in vars(kind):
            yield vars(kind)["__init__"]


def _of_default(default: object) -> Any:
    """Take the type of a default; one of a whole number does not say that it must be one."""
    if isinstance(default, bool):
        return bool
    return float if isinstance(default, int | float) else Any


def _flat(hint: Any) -> tuple[Any, ...]:
    """Take a union apart; empty where it has a type that is not told apart."""
    origin = get_origin(hint)
    if origin is Callable or hint in WORDS:
        return (origin or hint,)
    choices = [_flat(choice) for choice in get_args(hint)]
    return tuple(kind for kinds in choices for kind in kinds) if all(choices) else ()


def _is_of(value: object, kind: Any) -> bool:
    if kind is Callable:
        return callable(value)
    if isinstance(value, bool) or kind is not float:
        return type(value) is kind
    return isinstance(value, int | float)
