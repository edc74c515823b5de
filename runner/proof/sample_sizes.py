"""The sample sizes of the proof: the whole one, and a quick one that only shows that it works."""

from __future__ import annotations

from dataclasses import dataclass

from runner.workloads import WORKLOADS


@dataclass(frozen=True)
class Difference:
    """A difference that is known, and the number of rounds that are to show it."""

    extra: float
    """The additional work, as a share."""
    rounds: int


@dataclass(frozen=True)
class SampleSizes:
    """The numbers of runs, pairs, rounds and operations. Times in seconds."""

    simulated_runs: int
    """Of each kind."""
    same_pool_runs: int
    same_pool_pairs: int
    """In each of these runs."""
    same_pool_rounds: int
    repetitions: int
    """Of each difference."""
    differences: tuple[Difference, ...]
    pair_rounds: int
    turns: tuple[float, ...]
    """The lengths of turns at which a known rate is measured."""
    rate_seconds: float
    """Counted at each of these lengths."""
    counted_operations: int
    """Of each client whose statements are counted."""
    honest_workloads: tuple[str, ...]
    """Those in which every adapter that is shipped keeps the laws."""


WHOLE = SampleSizes(
    simulated_runs=1000,
    same_pool_runs=10,
    same_pool_pairs=10,
    same_pool_rounds=5,
    repetitions=3,
    differences=(Difference(0.1, 16), Difference(0.05, 56), Difference(0.01, 16)),
    pair_rounds=16,
    turns=(0.1, 0.25, 0.5, 1.0, 2.0),
    rate_seconds=4.0,
    counted_operations=1000,
    honest_workloads=tuple(WORKLOADS),
)

QUICK = SampleSizes(
    simulated_runs=20,
    same_pool_runs=1,
    same_pool_pairs=2,
    same_pool_rounds=2,
    repetitions=1,
    differences=(Difference(0.1, 2),),
    pair_rounds=2,
    turns=(0.1,),
    rate_seconds=0.4,
    counted_operations=50,
    honest_workloads=("mixed",),
)
"""Too small for its figures to mean anything."""
