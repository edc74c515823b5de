"""The tries of the fuzzers: a few, the same each time, in `make test`; 10,000 in `make fuzz`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

TRIES = os.environ.get("POOLBENCH_FUZZ_TRIES")


def tries(few: int, *, most: int = 1_000_000, shrink: bool = True) -> settings:
    """Return the settings of a fuzzer that has `few` tries unless the environment has a number.

    `most` is for a test of which a try takes seconds. What fails is made smaller, unless that takes
    too long.
    """
    return settings(
        max_examples=min(most, int(TRIES or few)),
        derandomize=TRIES is None,
        database=None,
        deadline=None,
        print_blob=True,
        phases=[*settings().phases] if shrink else [Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
