"""The number of examples of a test of Hypothesis: few in `make test`, many in `make fuzz`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, settings

if TYPE_CHECKING:
    from collections.abc import Callable


def tries(number: int, *, most: int = 1_000_000, shrink: bool = True) -> Callable[[Any], Any]:
    """Try that many examples, or as many as POOLBENCH_FUZZ_TRIES says, each without a deadline.

    `most` is for a test of which an example takes seconds. What fails is made smaller, unless that
    takes too long.
    """
    wanted = min(most, int(os.environ.get("POOLBENCH_FUZZ_TRIES", number)))
    return settings(
        max_examples=wanted,
        deadline=None,
        phases=[*settings().phases] if shrink else [Phase.explicit, Phase.generate],
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
