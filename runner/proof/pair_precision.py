"""The precision of a minute of measuring: the interval of each pair of the matrix's adapters."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from runner.proof.base_config import ADAPTERS, AS_SHIPPED
from runner.proof.part import Step
from runner.proof.part_files import read
from runner.proof.ratio import Ratio, by_setting, ratio, spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.experiments import Experiments
    from runner.proof.sample_sizes import SampleSizes
    from runner.results.run_folder import RunFolder

CLIENTS = (10, 50)
COUNTED_OF_A_TURN = 0.045
"""Seconds: 60 ms without the lead-in."""


def steps(sizes: SampleSizes, cpus: str | None) -> Iterator[Step]:
    """Yield a run for each number of clients, on one core unless `cpus` says otherwise."""
    placement = cpus or "one"
    for clients in CLIENTS:
        file = f"pairs-{placement}-{clients}.csv"
        yield Step(file, partial(measure, sizes, placement, clients))


def measure(sizes: SampleSizes, cpus: str, clients: int, experiments: Experiments) -> list[Ratio]:
    """Measure half a minute of each in turns of the shipped length.

    Eight rounds of sixty turns of two adapters are just under a minute, warm-ups included.
    """
    measured = experiments.measure(
        {
            **AS_SHIPPED,
            "control": False,
            "matrix": {
                "adapter": ADAPTERS,
                "cpus": cpus,
                "clients": clients,
                "workload": "insert",
            },
            "rounds": sizes.rounds,
            "turn": "60ms",
            "lead_in": "15ms",
            "duration": f"{sizes.pair_turns * COUNTED_OF_A_TURN:.3f}s",
        }
    )
    return [ratio(measured, adapter, baseline) for baseline, adapter in combinations(ADAPTERS, 2)]


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield the half-width of each pair, by the midmean, by the mean and by the quiet pace."""
    for setting, lines in by_setting(read(run_folder, "pairs-*.csv", Ratio)):
        seconds = lines[0].measuring_s
        yield (
            f"half-width after {seconds:.0f} s a pair, {setting}: "
            f"{lines[0].estimator} {spread(line.half_width for line in lines)}; "
            f"mean {spread(line.mean_half_width for line in lines)}; "
            f"quiet pace {spread(line.quiet_half_width for line in lines)}"
        )
        for line in lines:
            yield f"  {line.adapter} / {line.baseline}: {line.span}"
