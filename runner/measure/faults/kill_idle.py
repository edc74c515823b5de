"""The server ends the connections that a pool keeps idle, as a time-out of its own does."""

from __future__ import annotations

from contextlib import contextmanager
from time import monotonic_ns
from typing import TYPE_CHECKING

from runner.measure.disturbance import Moments, Need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.measure.disturbance import Target


class KillIdle:
    """Ends the idle connections of the cell, and those alone. There is nothing to mend."""

    needs = frozenset({Need.NAMED_CONNECTIONS})

    @contextmanager
    def __call__(self, target: Target) -> Iterator[Moments]:
        """End the idle connections; they are gone when the block begins. Raises ServerError."""
        target.server.end_idle(target.application_name)
        moments = Moments(broken=monotonic_ns())
        try:
            yield moments
        finally:
            moments.mended = monotonic_ns()
