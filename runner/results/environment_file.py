"""`environment.json` as plain values, of which readers can rely on what they take."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KINDS: Mapping[str, tuple[type, ...]] = {
    "run": (str,),
    "seed": (int,),
    "fingerprint": (str,),
    "sessions": (list,),
    "sessions[]": (dict,),
    "sessions[].session": (int,),
    "sessions[].started_at": (str,),
    "cells": (list,),
    "cells[]": (str,),
    "rounds": (int, type(None)),
    "limited": (dict,),
    "limited[]": (int,),
    "left_out": (list,),
    "left_out[]": (dict,),
    "terms": (list,),
    "terms[]": (dict,),
    "order": (list,),
    "order[]": (str,),
    "baseline": (str, type(None)),
    "margin": (int, float),
    "precision": (int, float, type(None)),
    "longest_p99": (int, float, type(None)),
    "find": (dict, type(None)),
    "workloads": (dict,),
    "workloads[]": (str,),
    "machine": (dict,),
    "machine.commit": (str, type(None)),
    "adapters": (dict,),
    "adapters[]": (dict,),
    "server": (dict,),
    "server.settings": (dict,),
}
"""What each place holds where there is something; `[]` is every item of a list or an object."""

WORDS: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    int: "a number",
    type(None): "null",
}
DEEPEST = 20
"""Levels of objects and lists in each other; a run writes five."""


def parse(text: str) -> dict[str, Any]:
    """Read the file. Raises ValueError, which says which place holds something else."""
    try:
        whole = json.loads(text, parse_constant=_refuse)
        levels = _levels(whole)
    except RecursionError:
        levels = DEEPEST + 1
    if levels > DEEPEST:
        raise ValueError(f"objects and lists lie deeper than {DEEPEST} levels in each other")
    if not isinstance(whole, dict):
        raise ValueError("it holds no JSON object")  # noqa: TRY004 - a wrong value of a file
    for place, kinds in KINDS.items():
        for value in _at(whole, place.replace("[]", ".[]").split(".")):
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                wanted = " or ".join(WORDS[kind] for kind in kinds if kind in WORDS)
                raise ValueError(f"{place} is not {wanted}")
    margin = whole.get("margin", 0)
    if not 0 <= margin < 1:
        raise ValueError(f"margin is {margin}, not a share from 0 to 1")
    _check_times(whole)
    return whole


def _check_times(whole: Mapping[str, Any]) -> None:
    """Refuse a limit that is no time. Raises ValueError."""
    times = {"longest_p99": whole.get("longest_p99"), **(whole.get("find") or {})}
    for name, seconds in times.items():
        number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
        if seconds is not None and not (number and 0 < seconds < math.inf):
            raise ValueError(f"{name} is {seconds!r}, not a time above 0")


def slots(settings: Mapping[str, Any]) -> int | None:
    """Return the connections of clients that a server with these settings takes.

    None where they were not kept; `reserved_connections` is none of a server before 16.
    """
    most, kept = settings.get("max_connections"), settings.get("superuser_reserved_connections")
    if most is None or kept is None:
        return None
    try:
        return int(most) - int(kept) - int(settings.get("reserved_connections") or 0)
    except (TypeError, ValueError):
        return None


def expected_rows(known: Mapping[str, Any], done: int) -> int:
    """Count the rows that a run should have of which `done` rounds are there.

    A run with a precision should have those of the rounds that are there.
    """
    rounds = known.get("rounds") or done
    limited = known.get("limited", {})
    return sum(min(rounds, limited.get(cell, rounds)) for cell in known.get("cells", ()))


def _at(value: Any, steps: list[str]) -> Iterator[Any]:
    """Yield what there is at a place; nothing where there is no such place."""
    if not steps:
        yield value
    elif steps[0] == "[]":
        for item in value.values() if isinstance(value, dict) else value:
            yield from _at(item, steps[1:])
    elif steps[0] in value:
        yield from _at(value[steps[0]], steps[1:])


def _levels(value: Any) -> int:
    """Count the levels of objects and lists in each other."""
    if not isinstance(value, dict | list):
        return 0
    items = value.values() if isinstance(value, dict) else value
    return 1 + max(map(_levels, items), default=0)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")
