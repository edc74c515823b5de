"""A pool against itself: every difference between the two is an error (an A/A test)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from runner.analysis.intervals import ALPHA
from runner.proof.base_config import CLIENTS, SHORT_TURNS
from runner.proof.part import Step
from runner.proof.part_files import read
from runner.proof.ratio import Ratio, by_cpus, half_widths, not_compared, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.experiments import Experiments
    from runner.proof.sample_sizes import SampleSizes
    from runner.results.run_folder import RunFolder

ADAPTERS = ("psycopg3", "asyncpg")
"""Threads and tasks; half of the pairs each."""


def steps(sizes: SampleSizes, cpus: str | None) -> Iterator[Step]:
    """Yield runs of disjoint pairs: comparisons that share a baseline would share its luck."""
    placement = cpus or "all"
    for number in range(1, sizes.same_pool_runs + 1):
        yield Step(f"aa-{placement}-{number:02}.csv", partial(measure, sizes, placement))


def measure(sizes: SampleSizes, cpus: str, experiments: Experiments) -> list[Ratio]:
    """Measure one run, all pairs in one group."""
    adapters: dict[str, dict[str, str]] = {}
    for pair in range(sizes.same_pool_pairs):
        adapter = ADAPTERS[pair % len(ADAPTERS)]
        adapters |= {f"{adapter}-{pair}{twin}": {"adapter": adapter} for twin in ("a", "b")}
    names = list(adapters)
    measured = experiments.measure(
        {
            **SHORT_TURNS,
            "warmup": "50ms",
            "adapters": adapters,
            "matrix": {"adapter": names, "cpus": cpus, "clients": CLIENTS, "workload": "insert"},
            "rounds": sizes.same_pool_rounds,
            "duration": "160ms",
        }
    )
    return [ratio(measured, b, a) for a, b in zip(names[::2], names[1::2], strict=True)]


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield the number of intervals and verdicts that saw a difference."""
    for cpus, lines in by_cpus(read(run_folder, "aa-*.csv", Ratio)):
        compared = [line for line in lines if line.low is not None]
        yield (
            f"{len(compared)} comparisons, cpus {cpus}: "
            f"{sum(line.excludes_one for line in compared)} intervals exclude 1 "
            f"({ALPHA * len(compared):g} expected), "
            f"{sum(line.differs for line in compared)} verdicts of a difference; "
            f"half-width {half_widths(compared)}"
        )
        yield from not_compared(lines)
