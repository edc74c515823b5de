"""The coverage of the intervals: simulated runs whose true ratio is known."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from runner.proof.part import Step
from runner.proof.part_files import read
from runner.proof.simulation import Coverage, coverages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.experiments import Experiments
    from runner.proof.sample_sizes import SampleSizes
    from runner.results.run_folder import RunFolder


def steps(sizes: SampleSizes, cpus: str | None) -> Iterator[Step]:
    """Yield the simulation; it needs no server."""
    del cpus
    yield Step("coverage.csv", partial(simulate, sizes))


def simulate(sizes: SampleSizes, experiments: Experiments) -> list[Coverage]:
    """Simulate runs of every kind."""
    del experiments
    return coverages(sizes.simulated_runs)


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield the share of each kind of run."""
    for line in read(run_folder, "coverage.csv", Coverage):
        rounds = f"{line.rounds} rounds"
        if line.looks > 1:
            rounds = f"up to {rounds}, {line.looks} planned looks"
        stalls = "with" if line.stalls else "without"
        yield (
            f"{rounds}, {stalls} stalls: {line.covered_share:.1%} of {line.runs} intervals hold "
            f"the truth; {line.least_share:.0%} to {line.most_share:.0%} promised"
        )
