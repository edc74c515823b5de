"""A difference that is known: a large one must be seen, one that is too small must not."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from runner.analysis.verdict import Verdict
from runner.proof.base_config import CLIENTS, SHORT_TURNS
from runner.proof.part import Step
from runner.proof.part_files import read
from runner.proof.ratio import Ratio, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.experiments import Experiments
    from runner.proof.sample_sizes import Difference, SampleSizes
    from runner.results.run_folder import RunFolder

COUNTED = "1120ms"
"""Of a cell in a round: 1.78 s with warm-up and lead-ins, so 16 rounds of two cells are under a
minute."""


def steps(sizes: SampleSizes, cpus: str | None) -> Iterator[Step]:
    """Yield the runs of each difference, the repetitions of one apart in time."""
    placement = cpus or "one"
    for repetition in range(1, sizes.repetitions + 1):
        for difference in sizes.differences:
            file = f"difference-{placement}-{100 * difference.extra:02.0f}-{repetition}.csv"
            yield Step(file, partial(measure, difference, placement))


def measure(difference: Difference, cpus: str, experiments: Experiments) -> list[Ratio]:
    """Measure a pool that does a known share of its operations twice against one that does none.

    Both are of the same class: the cost of counting must not count as a difference.
    """
    adapters = {
        name: {"adapter": "runner.proof.slowed_pool:SlowedPool", "options": {"extra": extra}}
        for name, extra in (("even", 0.0), ("slower", difference.extra))
    }
    measured = experiments.measure(
        {
            **SHORT_TURNS,
            "adapters": adapters,
            "matrix": {
                "adapter": list(adapters),
                "cpus": cpus,
                "clients": CLIENTS,
                "workload": "read",
            },
            "rounds": difference.rounds,
            "duration": COUNTED,
        }
    )
    return [ratio(measured, "slower", "even", known=1 / (1 + difference.extra))]


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield the number of repetitions in which each difference was seen."""
    groups: dict[tuple[str, float], list[Ratio]] = defaultdict(list)
    for line in read(run_folder, "difference-*.csv", Ratio):
        groups[line.cpus, line.known or 1.0].append(line)
    for (cpus, known), lines in sorted(groups.items()):
        slower = sum(line.verdict == Verdict.SLOWER for line in lines)
        yield (
            f"{1 / known - 1:.0%} more work, cpus {cpus}: called slower in {slower} of "
            f"{len(lines)} repetitions of {lines[0].measuring_s:.0f} s; "
            f"{known:.3f} by construction"
        )
        yield from (f"  {line.span} {line.verdict}" for line in lines)
