"""Checks of the keys that limit cells to the first rounds, against the number of rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.config.model import Config

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping

    from runner.config.complaints import Complaint, Key, Places


def shorten(data: Mapping[str, Any], places: Places) -> None:
    """Cut the limits of the file to the rounds of an override.

    An override that shortens a run is no mistake of the file: the limit does not bite then.
    """
    rounds = _rounds(data)
    if rounds is None or "rounds" not in data or places.at(("rounds",)).line:
        return
    for section, name, limit, key in _limits(data):
        if limit > rounds and places.at(key).line:
            section[name] = rounds


def round_limits(data: Mapping[str, Any]) -> Iterator[Complaint]:
    """Yield a complaint of each limit beyond the rounds of the run, where those are known."""
    rounds = _rounds(data)
    for _, _, limit, key in _limits(data):
        if rounds is not None and limit > rounds:
            yield key, f"must be at most rounds ({rounds}), is {limit}"


def _rounds(data: Mapping[str, Any]) -> int | None:
    """Return the rounds of the run; None where a precision decides, or they are no number."""
    rounds = data.get("rounds", Config.model_fields["rounds"].default)
    known = data.get("precision") is None and _whole(rounds) and rounds > 0
    return rounds if known else None


def _limits(data: Mapping[str, Any]) -> Iterator[tuple[MutableMapping[str, Any], str, int, Key]]:
    """Yield each limit: what holds it, its name, its value and its key."""
    places: list[tuple[Any, str, Key]] = [(data, "leak_rounds", ("leak_rounds",))]
    included = data.get("include")
    for index, axes in enumerate(included if isinstance(included, list) else ()):
        places.append((axes, "rounds", ("include", index, "rounds")))
    for section, name, key in places:
        if isinstance(section, dict) and _whole(section.get(name)):
            yield section, name, section[name], key


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
