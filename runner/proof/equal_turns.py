"""Short turns against long ones, in the same processes and minutes, on one core."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from runner.proof.part import Step
from runner.proof.part_files import read
from runner.proof.turn_length_cycles import measured_rates
from runner.proof.turn_lengths import OTHERS, TurnLength, shortest_equivalent, turn_lengths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.experiments import Experiments
    from runner.proof.sample_sizes import SampleSizes
    from runner.results.run_folder import RunFolder

CLIENTS = (10, 50)


def steps(sizes: SampleSizes, cpus: str | None) -> Iterator[Step]:
    """Yield a measurement for each number of clients."""
    placement = cpus or "one"
    for clients in CLIENTS:
        file = f"turns-{placement}-{clients}.csv"
        yield Step(file, partial(measure, sizes, placement, clients))


def measure(
    sizes: SampleSizes, cpus: str, clients: int, experiments: Experiments
) -> list[TurnLength]:
    """Measure one setting. Raises ServerError, NotMeasuredError, Interrupted."""
    conditions, rounds = measured_rates(experiments, sizes, cpus, clients)
    return turn_lengths(conditions, rounds)


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield for each adapter from which length on its turns may stand for the longest."""
    for clients in CLIENTS:
        lines = read(run_folder, f"turns-*-{clients}.csv", TurnLength)
        for adapter in OTHERS if lines else ():
            shortest = shortest_equivalent(lines, adapter)
            words = "none is equivalent" if shortest is None else f"equivalent from {shortest:g} ms"
            biases = ", ".join(
                f"{line.turn_ms:g} ms {line.bias:.3f} [{line.bias_low:.3f}, {line.bias_high:.3f}]"
                for line in lines
                if line.adapter == adapter and line.bias_low < line.bias_high
            )
            yield f"{clients} clients, {adapter}: {words}; {biases}"
