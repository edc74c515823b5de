"""The most connections in use at once: a pool of five cannot have served six clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runner.worker.observer import NO_TIMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.worker.histogram import Integers


def most_at_once(operations: Iterable[Integers]) -> int:
    """Count the most operations that overlap between `got` and `used`.

    `operations` are those of each client, a row each, see MOMENTS. A part of all will do: the
    overlap of fewer is never more.
    """
    times = np.concatenate([NO_TIMES, *operations])
    if not len(times):
        return 0
    moments = np.concatenate([times[:, 3], times[:, 2]])  # at the same moment, the end comes first
    steps = np.repeat(np.array([-1, 1]), len(times))
    order = np.argsort(moments, kind="stable")
    return int(np.cumsum(steps[order]).max())
