"""A fault as a configuration writes it: a mapping with its kind and its parameters, or `none`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from runner.config.complaints import nearest
from runner.config.duration import DURATION, read_duration, write_duration
from runner.fault import COUNTED, DEFAULT_AT, KINDS, NO_FAULT, Fault
from runner.redaction import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.fault import Kind

LEAST_BEFORE = 0.5
"""The least seconds before a fault: the rate before it is what recovery is held against."""

EXAMPLE = "{kind: down, at: 1s, lasts: 3s}"


def read(value: object) -> Fault | str:
    """Read a fault or `none`. Raises ValueError with a sentence."""
    if value == NO_FAULT or isinstance(value, Fault):
        return value if isinstance(value, Fault) else NO_FAULT
    mapping = value if isinstance(value, dict) else None
    if mapping is None:
        raise ValueError(f"must be a mapping such as {EXAMPLE}, or {NO_FAULT}")
    if "kind" not in mapping:
        raise ValueError(f"kind is missing; must be one of {', '.join(KINDS)}")
    name = str(mapping["kind"])
    if name not in KINDS:
        choice = f"must be one of {', '.join(KINDS)}{nearest(name, KINDS)}"
        raise ValueError(f"kind {choice}, is {shown(mapping['kind'])}")
    kind = KINDS[name]
    written = {str(key): it for key, it in mapping.items() if key != "kind"}
    _check_names(name, kind, written)
    numbers = {key: _number(key, it) for key, it in written.items()}
    at, lasts = numbers.pop("at", DEFAULT_AT), numbers.pop("lasts", 0.0)
    if at < LEAST_BEFORE:
        least = write_duration(LEAST_BEFORE)
        raise ValueError(f"at must be at least {least}: the rate before it is measured until then")
    in_order = tuple((key, numbers[key]) for key in kind.parameters if key in numbers)
    return Fault(name, at, lasts, in_order)


def _check_names(name: str, kind: Kind, written: Mapping[str, object]) -> None:
    """Complain of a parameter that a kind does not take, or lacks. Raises ValueError."""
    known = kind.parameters
    for key in written:
        if key == "lasts" and key not in known:
            raise ValueError(f"lasts means nothing for {name}, which is over at once; leave it out")
        if key not in known:
            takes = f"{name} takes {', '.join(known)}{nearest(key, known)}"
            raise ValueError(f"{shown(key)} is no parameter: {takes}")
    for key in kind.needed:
        if key not in written:
            raise ValueError(f"{key} is missing: {name} needs {', '.join(kind.needed)}")


def _number(key: str, value: object) -> float:
    if key in COUNTED:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{key} must be a whole number of at least 1, is {shown(value)}")
        return float(value)
    try:
        seconds = read_duration(value)
    except ValueError as error:
        raise ValueError(f"{key} {error}, is {shown(value)}") from None
    if not seconds:
        raise ValueError(f"{key} must be more than 0s")
    return seconds


def write(fault: Fault | str) -> str | dict[str, Any]:
    """Write a fault as `read` reads it."""
    if isinstance(fault, str):
        return fault
    lasts = {"lasts": write_duration(fault.lasts)} if fault.lasts else {}
    further = {
        name: int(number) if name in COUNTED else write_duration(number)
        for name, number in fault.parameters
    }
    return {"kind": fault.kind, "at": write_duration(fault.at), **lasts, **further}


def _schema(name: str, kind: Kind) -> dict[str, Any]:
    time = {"type": "string", "pattern": f"^{DURATION.pattern}$"}
    whole = {"type": "integer", "minimum": 1}
    return {
        "type": "object",
        "properties": {
            "kind": {"const": name},
            **{key: whole if key in COUNTED else time for key in kind.parameters},
        },
        "required": ["kind", *kind.needed],
        "additionalProperties": False,
    }


ListedFault = Annotated[
    Any,
    PlainValidator(read),
    PlainSerializer(write),
    WithJsonSchema(
        {"anyOf": [{"const": NO_FAULT}, *(_schema(name, kind) for name, kind in KINDS.items())]}
    ),
]
"""A fault as it is written."""
