"""The line of `cycles.csv`: what a cycle of turns shared its cores with (METHOD 21)."""

from __future__ import annotations

from dataclasses import dataclass

MOST_FOREIGN = 0.25
"""Cores that other programs may use, in the mean over a cycle, before it is measured again.

Of two idle cores the reading is 0.03, and was 0.15 at most in 75 cycles of 0.3 s: interrupts, the
kernel's own threads, rounding. With a loop that keeps the server's core busy it is 0.5 to 0.9.
"""

MOST_STEAL = 0.05
"""The share of the time of the run's cores that a hypervisor may give to other machines: as much as
the difference between adapters that is to be told. On a calm host it is none."""

LEAST_FOREIGN, LEAST_STEAL = 0.06, 0.02
"""Seconds of a core, and of all cores, below which it is rounding: systems count in ticks of 10 ms,
and idle time in two columns a core."""


@dataclass(frozen=True)
class CycleRow:
    """A line of `cycles.csv`: a turn of each cell of a group, one after the other."""

    group: str
    session: int
    round: int
    cycle: int
    """The number that its turns have in `turns.csv`; the warm-up has no line."""
    seconds: float
    """Its length, with all that is done around the turns."""
    foreign_cores: float | None
    """The mean number of the run's cores that other programs used: everything but the runner, its
    workers and the embedded server. None where that is not known, as on a server of the user's."""
    steal_share: float | None
    """The share of the time of the run's cores that the hypervisor gave to other machines."""
    replaced: bool = False
    """It shared its cores with too much else, and another cycle was measured instead of it."""

    @property
    def loaded(self) -> bool:
        """Other programs used more than their bound; never, where it is not known."""
        used = (self.foreign_cores or 0.0) * self.seconds
        return used > max(MOST_FOREIGN * self.seconds, LEAST_FOREIGN)

    @property
    def stolen(self) -> bool:
        """The hypervisor gave more than its bound away; never, where the load is not known."""
        if self.foreign_cores is None:
            return False
        given = (self.steal_share or 0.0) * self.seconds
        return given > max(MOST_STEAL * self.seconds, LEAST_STEAL)

    @property
    def disturbed(self) -> bool:
        """It shared its cores with too much else."""
        return self.loaded or self.stolen
