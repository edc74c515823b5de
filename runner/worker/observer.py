"""Observers count the operations of a turn, outside of the measuring loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from adapters.base import Failure

if TYPE_CHECKING:
    from runner.worker.histogram import Integers

KINDS = tuple(Failure)

MOMENTS = 5
"""The moments of a successful operation: intended, picked up, got, used, released.

An operation is intended for a moment, picked up when its client is free, and begins to wait for a
connection then. In a closed loop the first two are the same, and one reading of the clock.
"""

NO_TIMES = np.empty((0, MOMENTS), dtype=np.int64)
NO_FAILURES = np.empty((0, 5), dtype=np.int64)


class Observer(Protocol):
    """Folds the operations of a turn into something of bounded size.

    Called with a few thousand operations at a time, from one thread at a time, in no order.
    """

    def fold(self, times: Integers, failures: Integers) -> None:
        """Count operations; all moments are nanoseconds of `perf_counter_ns`.

        `times` has a row for each success, see MOMENTS. `failures` has a row for each failure:
        intended, picked up, got, ended, kind (an index of KINDS); `got` is the end where there
        was no connection, and an end at FOREVER is no failure: that client never came back.
        """
