"""The fingerprint of a configuration: two that measure the same have the same one."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.config.model import Config

UNMEASURED = {"name", "keep", "lesson", "seed", "margin", "thresholds", "budget"}
"""The keys that change nothing of what is measured, and the seed."""


LATER = {"transport", "workloads"}
"""Keys that older configurations did not have: empty, they are those."""


def fingerprint(config: Config) -> str:
    """Return the SHA-256, in hex, of all that changes what is measured, but the seed."""
    values = config.model_dump(exclude=UNMEASURED)
    for section in (values, values["matrix"], *values["include"], *values["exclude"]):
        for name in LATER & section.keys():
            if not section[name]:
                del section[name]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
