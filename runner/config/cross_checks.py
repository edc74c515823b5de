"""Checks of plain data across sections: they work where other values are wrong, too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from runner.axes import ADAPTER
from runner.config.complaints import nearest
from runner.config.named_adapters import configured, named
from runner.redaction import redacted, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.config.complaints import Complaint, Key

MUST_BE_COMPARED = "must be one of the adapters of matrix and include"
MOST_NAMED = 50
"""The most names of a choice: more are no help."""
JSON = "must be text (put it in quotes), a finite number, true, false, null, a list or a mapping"


def cross_checks(data: Mapping[str, Any]) -> Iterator[Complaint]:
    """Yield a complaint of each adapter that is not compared, and of what contradicts itself."""
    yield from _not_compared(data)
    if data.get("longest_p99") is not None and data.get("compare") != "pool_size":
        yield ("longest_p99",), "is of the sizes of a pool: it needs compare: pool_size"
    for name, entry in configured(data).items():
        if isinstance(entry, dict):
            yield from not_json(("adapters", name, "options"), entry.get("options"))


def _not_compared(data: Mapping[str, Any]) -> Iterator[Complaint]:
    compared = dict.fromkeys(name for _, name in named(data, "matrix", "include"))
    choice = f": {', '.join(map(redacted, compared))}" if len(compared) <= MOST_NAMED else ""
    references: dict[Key, object] = dict(named(data, "exclude"))
    if data.get("compare", ADAPTER) == ADAPTER:
        references["baseline",] = data.get("baseline")
    for key, name in references.items():
        if compared and isinstance(name, str) and name not in compared:
            hint = redacted(nearest(name, compared))
            yield key, f"{MUST_BE_COMPARED}{choice}{hint}, is {shown(name)}"


def not_json(key: Key, value: object) -> Iterator[Complaint]:
    """Yield a complaint of each value that cannot reach the process of an adapter."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from not_json((*key, name), inner)
        case list():
            for index, inner in enumerate(value):
                yield from not_json((*key, index), inner)
        case None | str() | int():
            return
        case float() if math.isfinite(value):
            return
        case _:
            yield key, f"{JSON}, is {'binary data' if isinstance(value, bytes) else value}"
