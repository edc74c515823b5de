"""How narrow the intervals become in a minute of measuring: for each pair of the five adapters."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from runner.config.loading import load
from runner.proof.files import read
from runner.proof.ratio import Ratio, by_cpus, half_widths, ratio
from runner.proof.size import CONNECTIONS, TERMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.laboratory import Laboratory
    from runner.proof.size import Size, Step
    from runner.results.run_folder import RunFolder

MATRIX = Path(__file__).resolve().parents[2] / "configs" / "matrix.yaml"


DURATION = {"all": "1570ms", "one": "1350ms"}
"""Counted of a cell in a round, in turns of the shipped lengths: sixteen rounds of two cells are
just under a minute, warm-ups and lead-ins included."""


def steps(size: Size, cpus: str | None) -> Iterator[Step]:
    """Yield a run on all cores, as `matrix.yaml` has it, or where it is asked for."""
    chosen = cpus or "all"
    yield f"pairs-{chosen}.csv", partial(measure, size, chosen)


def measure(size: Size, cpus: str, laboratory: Laboratory) -> list[Ratio]:
    """Measure half a minute of each, with as many clients as connections: no pool refuses one."""
    names = load(MATRIX).matrix.adapter
    found = laboratory.measure(
        {
            **{key: value for key, value in TERMS.items() if key not in ("turn", "lead_in")},
            "matrix": {
                "adapter": names,
                "cpus": cpus,
                "clients": CONNECTIONS,
                "workload": "insert",
            },
            "rounds": size.pair_rounds,
            "duration": DURATION[cpus],
        }
    )
    return [ratio(found, adapter, baseline) for baseline, adapter in combinations(names, 2)]


def tell(run_folder: RunFolder) -> Iterator[str]:
    """Yield the half-width of each pair."""
    for cpus, lines in by_cpus(read(run_folder, "pairs-*.csv", Ratio)):
        seconds = lines[0].measuring_s
        yield f"half-width after {seconds:.0f} s a pair, cpus {cpus}: {half_widths(lines)}"
        for line in lines:
            width = line.reason if line.half_width is None else f"±{line.half_width:.1%}"
            yield f"  {line.adapter} / {line.baseline}: {width}"
