"""A difference that is known: whether it is found, and one that is too small is not."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from runner.analysis.verdict import Verdict
from runner.proof.files import read
from runner.proof.ratio import Ratio, ratio
from runner.proof.size import CLIENTS, ROUND, TERMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.laboratory import Laboratory
    from runner.proof.size import Known, Size, Step
    from runner.results.run_folder import RunFolder


def steps(size: Size, cpus: str | None) -> Iterator[Step]:
    """Yield the runs of each difference, the repetitions of one apart in time."""
    chosen = cpus or "one"
    for repetition in range(1, size.repetitions + 1):
        for known in size.differences:
            name = f"difference-{chosen}-{100 * known.extra:02.0f}-{repetition}.csv"
            yield name, partial(measure, known, chosen)


def measure(known: Known, cpus: str, laboratory: Laboratory) -> list[Ratio]:
    """Measure a pool that does a known part of its operations twice, and the same that does none.

    The same class: what it costs to count is not to count as a difference.
    """
    made = {
        name: {"adapter": "runner.proof.slower:Slower", "options": {"extra": extra}}
        for name, extra in (("even", 0.0), ("slower", known.extra))
    }
    found = laboratory.measure(
        {
            **TERMS,
            "adapters": made,
            "matrix": {"adapter": list(made), "cpus": cpus, "clients": CLIENTS, "workload": "read"},
            "rounds": known.rounds,
            "duration": ROUND,
        }
    )
    return [ratio(found, "slower", "even", known=1 / (1 + known.extra))]


def tell(run_folder: RunFolder) -> Iterator[str]:
    """Yield the share of repetitions in which each difference was found."""
    groups: dict[tuple[str, float], list[Ratio]] = defaultdict(list)
    for line in read(run_folder, "difference-*.csv", Ratio):
        groups[line.cpus, line.known or 1.0].append(line)
    for (cpus, known), lines in sorted(groups.items()):
        found = sum(line.verdict == Verdict.SLOWER for line in lines)
        yield (
            f"{1 / known - 1:.0%} more work, cpus {cpus}: called slower in {found} of {len(lines)} "
            f"repetitions of {lines[0].measuring_s:.0f} s; {known:.3f} by construction"
        )
        yield from (f"  {line.span} {line.verdict}" for line in lines)
