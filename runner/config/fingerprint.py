"""The fingerprint of a configuration: two that measure the same have the same one."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from runner.axes import ADAPTER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.config.model import Config

UNMEASURED = {"name", "keep", "lesson", "seed", "margin", "thresholds", "budget"}
"""The keys that change nothing of what is measured, and the seed."""


ADDED: Mapping[str, object] = {"compare": ADAPTER, "processes": (1,)}
"""The keys that earlier versions did not have -> the value of what those measured."""


def fingerprint(config: Config) -> str:
    """Return the SHA-256, in hex, of all that changes what is measured, but the seed."""
    values = config.model_dump(exclude=UNMEASURED)
    for section in (values, values["matrix"], *values["include"], *values["exclude"]):
        for key, before in ADDED.items():
            if key in section and section[key] in (None, before):
                del section[key]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
