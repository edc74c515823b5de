"""The sample sizes of the proof: the whole one, and a quick one that only shows that it works."""

from __future__ import annotations

from dataclasses import dataclass

from runner.workloads import WORKLOADS


@dataclass(frozen=True)
class SampleSizes:
    """The numbers of runs, pairs, rounds and operations. Times in seconds."""

    simulated_runs: int
    """Of each kind."""
    same_pool_runs: int
    """Runs of two groups each, in which a pool is compared with itself."""
    differences: tuple[float, ...]
    """The additional work that is to be seen or not, as a share."""
    repetitions: int
    """Of each difference."""
    rounds: int
    """Of a run that is shaped as the default one."""
    pair_turns: int
    """Turns of each adapter in each of those rounds, for the precision of a minute."""
    turn_rounds: int
    """Rounds in which the lengths of turns are held against each other."""
    turn_seconds: float
    """The time of each length in such a round, of each adapter."""
    turns: tuple[float, ...]
    """The lengths of turns at which a known rate is measured."""
    rate_seconds: float
    """Counted at each of these lengths."""
    omission_seconds: float
    """Counted in a round at a rate that is too high."""
    counted_operations: int
    """Of each client whose statements are counted."""
    honest_workloads: tuple[str, ...]
    """Those in which every adapter that is shipped keeps the laws."""


WHOLE = SampleSizes(
    simulated_runs=2000,
    same_pool_runs=50,
    differences=(0.05, 0.01),
    repetitions=5,
    rounds=8,
    pair_turns=60,
    turn_rounds=10,
    turn_seconds=12.0,
    turns=(0.1, 0.25, 0.5, 1.0, 2.0),
    rate_seconds=4.0,
    omission_seconds=3.0,
    counted_operations=1000,
    honest_workloads=tuple(WORKLOADS),
)

QUICK = SampleSizes(
    simulated_runs=5,
    same_pool_runs=1,
    differences=(0.05,),
    repetitions=1,
    rounds=3,
    pair_turns=3,
    turn_rounds=3,
    turn_seconds=0.2,
    turns=(0.1,),
    rate_seconds=0.4,
    omission_seconds=0.3,
    counted_operations=50,
    honest_workloads=("mixed",),
)
"""Too small for its figures to mean anything."""
