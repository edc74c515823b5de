"""The fingerprint of a configuration: two that measure the same have the same one."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from runner.axes import ADAPTER
from runner.fault import NO_FAULT
from runner.refusals import DIRECT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.config.model import Config

UNMEASURED = {
    *("name", "language", "keep", "lesson", "seed", "margin", "thresholds", "budget"),
    "longest_p99",
}
"""The keys that change nothing of what is measured, and the seed."""

NEWER: Mapping[str, object] = {
    "compare": ADAPTER,
    "fault": None,
    "pooler": (DIRECT,),
    "processes": (1,),
    "rtt": (DIRECT,),
    "workloads": {},
    **dict.fromkeys(("find", "rate", "shed", "transport")),
}
"""The keys that earlier versions did not have -> the value, or none, of what those measured."""


def fingerprint(config: Config) -> str:
    """Return the SHA-256, in hex, of all that changes what is measured, but the seed."""
    return hashlib.sha256(json.dumps(measured(config), sort_keys=True).encode()).hexdigest()


def measured(config: Config) -> dict[str, Any]:
    """Return all that changes what is measured, as earlier versions wrote it."""
    values = config.model_dump(exclude=UNMEASURED)
    if not any(fault != NO_FAULT for _, fault in config.written("fault")):
        del values["recovery"]  # nothing has to
    for section in (values, values["matrix"]):
        _drop(section, NEWER)
    for variant in values["adapters"].values():
        _drop(variant, {"python": None})
    for section in (*values["include"], *values["exclude"]):
        _drop(section, dict.fromkeys(NEWER))  # what is left out there is as in the matrix
    return values


def _drop(section: dict[str, Any], earlier: Mapping[str, object]) -> None:
    """Drop the newer keys that are none, or as earlier versions measured."""
    for key, value in earlier.items():
        if key in section and section[key] in (None, value):
            del section[key]
