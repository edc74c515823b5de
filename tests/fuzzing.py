"""The tries of the fuzzers: a few, the same each time, in `make test`; 10,000 in `make fuzz`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TRIES = os.environ.get("POOLBENCH_FUZZ_TRIES")


def tries(few: int) -> settings:
    """Return the settings of a fuzzer that has `few` tries unless the environment has a number."""
    return settings(
        max_examples=int(TRIES or few),
        derandomize=TRIES is None,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
