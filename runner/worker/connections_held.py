"""The most connections in use at once: a pool of five cannot have served six clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runner.worker.observer import MOMENTS

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable


def most_at_once(stamps: Iterable[array[int]]) -> int:
    """Count the most operations that overlap between `got` and `used`.

    `stamps` are the moments of each client's operations, see MOMENTS. A part of all operations
    will do: the overlap of fewer is never more.
    """
    whole = (own[: len(own) // MOMENTS * MOMENTS] for own in stamps)
    rows = [np.array(own, dtype=np.int64).reshape(-1, MOMENTS) for own in whole]
    times = np.concatenate(rows) if rows else np.empty((0, MOMENTS), dtype=np.int64)
    if not len(times):
        return 0
    moments = np.concatenate([times[:, 3], times[:, 2]])  # at the same moment, the end comes first
    steps = np.repeat(np.array([-1, 1]), len(times))
    order = np.argsort(moments, kind="stable")
    return int(np.cumsum(steps[order]).max())
