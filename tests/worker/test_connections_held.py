"""The most operations that held a connection at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runner.worker.connections_held import most_at_once

if TYPE_CHECKING:
    from runner.worker.histogram import Integers


def times(*operations: tuple[int, int]) -> Integers:
    return np.array([(got, got, got, used, used) for got, used in operations], dtype=np.int64)


def test_operations_that_touch_do_not_overlap_and_those_that_cross_do() -> None:
    assert most_at_once([]) == 0
    assert most_at_once([times((0, 5)), times((5, 9))]) == 1
    assert most_at_once([times((0, 5), (6, 9)), times((4, 7)), times((4, 5))]) == 3
