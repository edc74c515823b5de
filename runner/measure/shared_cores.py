"""The use that others make of a run's cores: what is neither idle nor ours (METHOD 21)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from runner.measure.core_times import CoreTimes, core_times

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from runner.server.server import Server


class Uses(Protocol):
    """A process of ours that uses cores: a worker, a pooler or a network."""

    @property
    def lives(self) -> bool:
        """It runs."""

    def cpu(self) -> float | None:
        """Seconds of CPU so far; None where that is not known."""


@dataclass(frozen=True)
class Reading:
    """The cores of a run at a moment. Times in seconds."""

    at: float
    cores: int
    times: CoreTimes | None
    own: float | None
    """CPU of the runner and all that it started so far; None where a part is not known."""

    @classmethod
    def now(cls, cores: Collection[int], runs: Sequence[Uses], server: Server) -> Reading:
        """Read all clocks."""
        return cls(time.monotonic(), len(cores), core_times(cores), own_cpu(runs, server))

    def seconds(self, before: Reading) -> float:
        """Return the time since an earlier reading."""
        return self.at - before.at

    def foreign_cores(self, before: Reading) -> float | None:
        """Return the mean number of cores that others used since an earlier reading."""
        if not self.times or not before.times or self.own is None or before.own is None:
            return None
        seconds = self.seconds(before)
        busy = self.cores * seconds - (self.times.idle - before.times.idle)
        return max(0.0, busy - (self.own - before.own)) / seconds

    def steal_share(self, before: Reading) -> float | None:
        """Return the share of the time that the hypervisor gave away since an earlier reading."""
        if not self.times or not before.times:
            return None
        return (self.times.stolen - before.times.stolen) / (self.cores * self.seconds(before))


def own_cpu(runs: Sequence[Uses], server: Server) -> float | None:
    """Add up the CPU of the runner and all that it started; None if a part is not known.

    What has ended is among the runner's children, what lives is not.
    """
    import resource  # not every system that reads reports has it

    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    workers = [run.cpu() for run in runs if run.lives]
    used = server.cpu()
    if used is None or None in workers:
        return None
    own = time.process_time() + ended.ru_utime + ended.ru_stime
    return own + used + sum(filter(None, workers))
