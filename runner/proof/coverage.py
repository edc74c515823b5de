"""How often an interval holds the truth: simulated runs whose true ratio is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from runner.proof.files import read
from runner.proof.simulation import coverages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.laboratory import Laboratory
    from runner.proof.simulation import Coverage
    from runner.proof.size import Size, Step
    from runner.results.run_folder import RunFolder


@dataclass(frozen=True)
class Covered:
    """One kind of run, simulated so many times."""

    rounds: int
    """The most, where a run may stop before."""
    looks: int
    stalls: str
    """`with` or `without`."""
    runs: int
    rounds_mean: float
    covered_share: float
    least_share: float
    most_share: float
    """What METHOD 5 and 9 promise."""


def steps(size: Size, cpus: str | None) -> Iterator[Step]:
    """Yield the simulation; it needs no server."""
    del cpus
    yield "coverage.csv", partial(simulate, size)


def simulate(size: Size, laboratory: Laboratory) -> list[Covered]:
    """Simulate runs of every kind."""
    del laboratory
    return [_covered(line) for line in coverages(size.simulated)]


def _covered(line: Coverage) -> Covered:
    return Covered(
        rounds=line.rounds,
        looks=line.looks,
        stalls="with" if line.stalls else "without",
        runs=line.runs,
        rounds_mean=line.rounds_mean,
        covered_share=line.covered_share,
        least_share=line.least_share,
        most_share=line.most_share,
    )


def tell(run_folder: RunFolder) -> Iterator[str]:
    """Yield the share of each kind of run."""
    for line in read(run_folder, "coverage.csv", Covered):
        looks = f" at the most, {line.looks} planned looks" if line.looks > 1 else ""
        yield (
            f"{line.rounds} rounds{looks}, {line.stalls} stalls: {line.covered_share:.1%} of "
            f"{line.runs} intervals hold the truth; {line.least_share:.0%} to "
            f"{line.most_share:.0%} promised"
        )
