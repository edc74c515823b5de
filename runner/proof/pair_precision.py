"""The precision of a minute of measuring: the interval of each pair of the matrix's adapters."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from runner.proof.base_config import ADAPTERS, BASE_CONFIG, CONNECTIONS
from runner.proof.part import Step
from runner.proof.part_files import read
from runner.proof.ratio import Ratio, by_cpus, half_widths, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.experiments import Experiments
    from runner.proof.sample_sizes import SampleSizes
    from runner.results.run_folder import RunFolder

COUNTED = {"all": "1570ms", "one": "1350ms"}
"""Of a cell in a round, in turns of the shipped lengths: sixteen rounds of two cells are just under
a minute, warm-ups and lead-ins included."""


def steps(sizes: SampleSizes, cpus: str | None) -> Iterator[Step]:
    """Yield one run, on all cores as `matrix.yaml` has it unless `cpus` says otherwise."""
    placement = cpus or "all"
    yield Step(f"pairs-{placement}.csv", partial(measure, sizes, placement))


def measure(sizes: SampleSizes, cpus: str, experiments: Experiments) -> list[Ratio]:
    """Measure half a minute of each, with as many clients as connections: no pool refuses one."""
    measured = experiments.measure(
        {
            **BASE_CONFIG,
            "matrix": {
                "adapter": ADAPTERS,
                "cpus": cpus,
                "clients": CONNECTIONS,
                "workload": "insert",
            },
            "rounds": sizes.pair_rounds,
            "duration": COUNTED[cpus],
        }
    )
    return [ratio(measured, adapter, baseline) for baseline, adapter in combinations(ADAPTERS, 2)]


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield the half-width of each pair."""
    for cpus, lines in by_cpus(read(run_folder, "pairs-*.csv", Ratio)):
        seconds = lines[0].measuring_s
        yield f"half-width after {seconds:.0f} s a pair, cpus {cpus}: {half_widths(lines)}"
        for line in lines:
            width = line.reason if line.half_width is None else f"±{line.half_width:.1%}"
            yield f"  {line.adapter} / {line.baseline}: {width}"
