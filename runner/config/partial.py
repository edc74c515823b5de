"""A configuration without the keys that were refused, so that mistakes of its plan come with them.

Only where no cell depends on such a key: or what is told of the plan might be no mistake.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from runner.config.complaints import Key

LEFT_OUT: Mapping[str, int] = {
    **dict.fromkeys(
        (
            *("name", "language", "server", "rounds", "leak_rounds", "precision", "budget"),
            *("seed", "baseline", "control", "limit", "limit_duration", "round_trips", "margin"),
            *("error_pause", "longest_p99", "leak_reference", "keep", "lesson"),
        ),
        1,
    ),
    "thresholds": 2,
    "adapters": 3,
}
"""The first step of a key that can be left out, and the number of steps that are.

Of an adapter those are its options: `adapters.NAME.options`.
"""


def partial(data: Mapping[str, Any], refused: Collection[Key]) -> dict[str, Any] | None:
    """Return plain data without what was refused; None where cells depend on it."""
    if not all(_apart(key) for key in refused):
        return None
    rest = deepcopy(dict(data))
    for key in refused:
        _leave_out(rest, key[: LEFT_OUT[str(key[0])]])
    return rest


def _apart(key: Key) -> bool:
    match key:
        case ("adapters", _, "options", *_) | ("thresholds", _, *_):
            return True
        case (first, *_):
            return LEFT_OUT.get(str(first)) == 1
    return False


def _leave_out(data: dict[Any, Any], key: Key) -> None:
    for step in key[:-1]:
        data = data.get(step, {})
    data.pop(key[-1], None)
