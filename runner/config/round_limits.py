"""Checks of the keys that limit cells to the first rounds, against the number of rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.config.model import Config

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.config.complaints import Complaint, Key, Places


def round_limits(data: Mapping[str, Any], places: Places) -> Iterator[Complaint]:
    """Yield a complaint of each limit beyond the rounds of the run, where those are known.

    An override that shortens a run is no mistake of the file: the limit does not bite then.
    """
    rounds = data.get("rounds", Config.model_fields["rounds"].default)
    if data.get("precision") is not None or not _whole(rounds):
        return
    overridden = not places.at(("rounds",)).line and "rounds" in data
    for key, limit in _limits(data):
        if _whole(limit) and limit > rounds and not (overridden and places.at(key).line):
            yield key, f"must be at most rounds ({rounds}), is {limit}"


def _limits(data: Mapping[str, Any]) -> Iterator[tuple[Key, Any]]:
    yield ("leak_rounds",), data.get("leak_rounds")
    included = data.get("include")
    for index, axes in enumerate(included if isinstance(included, list) else ()):
        if isinstance(axes, dict):
            yield ("include", index, "rounds"), axes.get("rounds")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
