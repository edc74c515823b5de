"""A difference that is known: a large one must be seen, one that is too small must not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from runner.analysis.verdict import Verdict
from runner.proof.base_config import AS_SHIPPED, CLIENTS, SHIPPED_CELLS
from runner.proof.part import Step
from runner.proof.part_files import read
from runner.proof.ratio import Ratio, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.experiments import Experiments
    from runner.proof.sample_sizes import SampleSizes
    from runner.results.run_folder import RunFolder

FAMILY = 16
"""The comparisons of `configs/matrix.yaml`: four with the baseline in each of four groups."""


def steps(sizes: SampleSizes, cpus: str | None) -> Iterator[Step]:
    """Yield the runs of each difference, the repetitions of one apart in time."""
    placement = cpus or "one"
    for repetition in range(1, sizes.repetitions + 1):
        for extra in sizes.differences:
            file = f"difference-{placement}-{100 * extra:02.0f}-{repetition}.csv"
            yield Step(file, partial(measure, sizes, extra, placement))


def measure(sizes: SampleSizes, extra: float, cpus: str, experiments: Experiments) -> list[Ratio]:
    """Measure a pool that does a known share of its operations twice against those that do none.

    All are of the same class: the cost of counting must not count as a difference. They are as many
    as the default run has beside each other, and the verdict is as sure as one of its own.
    """
    names = ["even", "again", "slower", *(f"other-{number}" for number in range(SHIPPED_CELLS - 3))]
    adapters = {
        name: {
            "adapter": "runner.proof.slowed_pool:SlowedPool",
            "options": {"extra": extra if name == "slower" else 0.0},
        }
        for name in names
    }
    measured = experiments.measure(
        {
            **AS_SHIPPED,
            "control": False,
            "rounds": sizes.rounds,
            "adapters": adapters,
            "matrix": {"adapter": names, "cpus": cpus, "clients": CLIENTS, "workload": "read"},
        }
    )
    line = ratio(measured, "slower", "even", "again", family=FAMILY)
    return [replace(line, known=1 / (1 + extra))]


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield the number of repetitions in which each difference was seen."""
    groups: dict[tuple[str, float], list[Ratio]] = defaultdict(list)
    for line in read(run_folder, "difference-*.csv", Ratio):
        groups[line.cpus, line.known or 1.0].append(line)
    for (cpus, known), lines in sorted(groups.items()):
        slower = sum(line.verdict == Verdict.SLOWER for line in lines)
        yield (
            f"{1 / known - 1:.0%} more work, cpus {cpus}: called slower in {slower} of "
            f"{len(lines)} runs shaped as the default one; {known:.3f} by construction"
        )
        yield from (f"  {line.span} {line.verdict}" for line in lines)
