"""The fingerprint of a configuration: two that measure the same have the same one."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runner.config.model import Config

UNMEASURED = {"name", "keep", "lesson", "seed", "margin", "thresholds", "budget"}
"""The keys that change nothing of what is measured, and the seed."""

NEWER = {"find", "rate", "shed"}
"""Keys that came later: where they are left out, what is measured is what it was before."""


def fingerprint(config: Config) -> str:
    """Return the SHA-256, in hex, of all that changes what is measured, but the seed."""
    values = _older(config.model_dump(exclude=UNMEASURED))
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _older(values: Any) -> Any:
    """Drop the newer keys that are left out."""
    match values:
        case dict():
            kept = {key: it for key, it in values.items() if it is not None or key not in NEWER}
            return {key: _older(it) for key, it in kept.items()}
        case list() | tuple():
            return [_older(it) for it in values]
    return values
