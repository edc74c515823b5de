"""A pool against itself: every difference between the two is an error (an A/A test)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from runner.analysis.intervals import ALPHA
from runner.proof.base_config import AS_SHIPPED, CLIENTS
from runner.proof.part import Step
from runner.proof.part_files import read
from runner.proof.ratio import Ratio, by_setting, not_compared, ratio, spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.experiments import Experiments, Measured
    from runner.proof.sample_sizes import SampleSizes
    from runner.results.run_folder import RunFolder

ADAPTERS = ("psycopg3", "asyncpg")
"""Threads and tasks: of each a baseline, its control, and the same pool under one name more. The
six are as many as a group of the shipped matrix has."""
NAMES = ("", "-control", "-twin")


def steps(sizes: SampleSizes, cpus: str | None) -> Iterator[Step]:
    """Yield runs of two groups of names that share nothing: their luck is their own."""
    placement = cpus or "one"
    for number in range(1, sizes.same_pool_runs + 1):
        yield Step(f"aa-{placement}-{number:02}.csv", partial(measure, sizes, placement))


def measure(sizes: SampleSizes, cpus: str, experiments: Experiments) -> list[Ratio]:
    """Measure one run, shaped as the default one."""
    return against_itself(experiments.measure(config(sizes, cpus)))


def config(sizes: SampleSizes, cpus: str) -> dict[str, object]:
    """Return the configuration in which each pool is there under three names."""
    adapters = {f"{adapter}{name}": {"adapter": adapter} for adapter in ADAPTERS for name in NAMES}
    return {
        **AS_SHIPPED,
        "control": False,
        "rounds": sizes.rounds,
        "adapters": adapters,
        "matrix": {
            "adapter": list(adapters),
            "cpus": cpus,
            "clients": CLIENTS,
            "workload": "insert",
        },
    }


def against_itself(measured: Measured) -> list[Ratio]:
    """Compare each pool with itself, the control joined to the baseline."""
    return [
        ratio(measured, f"{adapter}-twin", adapter, f"{adapter}-control") for adapter in ADAPTERS
    ]


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield the number of intervals and verdicts that saw a difference."""
    for setting, lines in by_setting(read(run_folder, "aa-*.csv", Ratio)):
        compared = [line for line in lines if line.low is not None]
        yield (
            f"{len(compared)} comparisons, {setting}: "
            f"{sum(line.excludes_one for line in compared)} intervals exclude 1 "
            f"({ALPHA * len(compared):g} expected), "
            f"{sum(line.differs for line in compared)} verdicts of a difference; "
            f"half-width {spread(line.half_width for line in compared)}"
        )
        yield from not_compared(lines)
