"""How many held a connection at once: what a pool of five cannot have given to six."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable


def most_at_once(stamps: Iterable[array[int]]) -> int:
    """Return the most operations that overlap between `got` and `used`.

    `stamps` are those of each client: asked, got, used, released, over and over. Some of all
    operations will do: the overlap of fewer is never more.
    """
    rows = [np.array(own[: len(own) // 4 * 4], dtype=np.int64).reshape(-1, 4) for own in stamps]
    times = np.concatenate(rows) if rows else np.empty((0, 4), dtype=np.int64)
    if not len(times):
        return 0
    moments = np.concatenate([times[:, 2], times[:, 1]])  # at the same moment, the end comes first
    steps = np.repeat(np.array([-1, 1]), len(times))
    order = np.argsort(moments, kind="stable")
    return int(np.cumsum(steps[order]).max())
