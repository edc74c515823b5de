"""The fingerprint of a configuration: two that measure the same have the same one."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from runner.axes import ADAPTER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.config.model import Config

UNMEASURED = {
    *("name", "keep", "lesson", "seed", "margin", "thresholds", "budget", "longest_p99"),
}
"""The keys that change nothing of what is measured, and the seed."""

NEWER: Mapping[str, object] = {
    "compare": ADAPTER,
    "processes": (1,),
    **dict.fromkeys(("find", "rate", "shed", "transport", "workloads")),
}
"""The keys that earlier versions did not have -> the value, beside none, of what those measured."""


def fingerprint(config: Config) -> str:
    """Return the SHA-256, in hex, of all that changes what is measured, but the seed."""
    values = _older(config.model_dump(exclude=UNMEASURED))
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _older(values: Any) -> Any:
    """Drop the newer keys that are left out."""
    match values:
        case dict():
            kept = {key: it for key, it in values.items() if key not in NEWER or _matters(key, it)}
            return {key: _older(it) for key, it in kept.items()}
        case list() | tuple():
            return [_older(it) for it in values]
    return values


def _matters(key: str, value: Any) -> bool:
    return bool(value) and value != NEWER[key]
