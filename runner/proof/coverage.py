"""The coverage of the intervals: simulated runs whose true ratio is known."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from runner.proof.part import Step
from runner.proof.part_files import read
from runner.proof.simulation import LEAST_COVERED, MOST_COVERED, Coverage, coverages

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
    return list(coverages(sizes.simulated_runs))


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield the share of each kind of run, and what such a run says."""
    lines = read(run_folder, "coverage.csv", Coverage)
    promised = [line for line in lines if line.promised]
    if promised:
        held = sum(line.holds for line in promised)
        yield (
            f"{held} of {len(promised)} kinds of runs within what is promised, "
            f"{LEAST_COVERED:.0%} to {MOST_COVERED:.0%} of intervals that hold the truth"
        )
    for scenario, of_scenario in groupby(lines, key=lambda line: line.scenario):
        yield f"  {scenario}"
        for (rounds, looks), both in groupby(of_scenario, key=lambda it: (it.rounds, it.looks)):
            yield f"    {_kind(rounds, looks)}: {_both(list(both))}"


def _kind(rounds: int, looks: int) -> str:
    return f"{rounds} rounds" if looks == 1 else f"up to {rounds} rounds, {looks} planned looks"


def _both(lines: list[Coverage]) -> str:
    shares = [
        f"{it.estimator} {it.covered_share:.1%} (±{it.half_width:.1%} around {it.truth:.3f})"
        for it in lines
    ]
    verdicts = f": {lines[0].verdicts}" if lines[0].verdicts else ""
    return f"{', '.join(shares)}; of {lines[0].runs}{verdicts}"
