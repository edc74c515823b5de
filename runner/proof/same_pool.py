"""An adapter against itself: whatever is found between the two is wrong (A/A)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from runner.analysis.intervals import ALPHA
from runner.proof.files import read
from runner.proof.ratio import Ratio, by_cpus, half_widths, not_compared, ratio
from runner.proof.size import CLIENTS, TERMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.laboratory import Laboratory
    from runner.proof.size import Size, Step
    from runner.results.run_folder import RunFolder

ADAPTERS = ("psycopg3", "asyncpg")
"""Threads and tasks; half of the pairs each."""


def steps(size: Size, cpus: str | None) -> Iterator[Step]:
    """Yield runs of disjoint pairs: comparisons that share a baseline would share its luck."""
    chosen = cpus or "all"
    for number in range(1, size.same_runs + 1):
        yield f"aa-{chosen}-{number:02}.csv", partial(measure, size, chosen)


def measure(size: Size, cpus: str, laboratory: Laboratory) -> list[Ratio]:
    """Measure one run, all pairs in one group."""
    adapters: dict[str, dict[str, str]] = {}
    for pair in range(size.same_pairs):
        adapter = ADAPTERS[pair % len(ADAPTERS)]
        adapters |= {f"{adapter}-{pair}{twin}": {"adapter": adapter} for twin in ("a", "b")}
    names = list(adapters)
    found = laboratory.measure(
        {
            **TERMS,
            "warmup": "50ms",
            "adapters": adapters,
            "matrix": {"adapter": names, "cpus": cpus, "clients": CLIENTS, "workload": "insert"},
            "rounds": size.same_rounds,
            "duration": "160ms",
        }
    )
    return [ratio(found, b, a) for a, b in zip(names[::2], names[1::2], strict=True)]


def tell(run_folder: RunFolder) -> Iterator[str]:
    """Yield how often an interval or a verdict saw a difference where there is none."""
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
