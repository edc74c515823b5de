"""The parts of the proof: measures what is missing, and makes the summary of what is there."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, NamedTuple

from runner.experiment import environment
from runner.proof import (
    coordinated_omission,
    counted_statements,
    coverage,
    equal_turns,
    foreign_program,
    known_difference,
    known_rate,
    lie_detection,
    pair_precision,
    same_pool,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.proof.experiments import Experiments
    from runner.proof.part import Part, Step
    from runner.results.run_folder import RunFolder

PARTS: dict[str, Part] = {
    "coverage": coverage,
    "liars": lie_detection,
    "pairs": pair_precision,
    "rate": known_rate,  # not among the first: a virtual machine that was idle is slow for a minute
    "statements": counted_statements,
    "difference": known_difference,
    "foreign": foreign_program,
    "omission": coordinated_omission,
    "turns": equal_turns,
    "aa": same_pool,
}
"""The parts by name, in the order of measuring."""
LONG = ("turns", "aa")
"""The parts that are measured where they are named, or with `--all`: half an hour each, or more."""


class MeasuredFile(NamedTuple):
    """A file that was just written."""

    name: str
    seconds: float


def missing(run_folder: RunFolder, steps: Iterable[Step]) -> list[Step]:
    """List the steps whose file is not there."""
    return [step for step in steps if not (run_folder.path / step.file).exists()]


def measure(
    run_folder: RunFolder, steps: Sequence[Step], experiments: Experiments
) -> Iterator[MeasuredFile]:
    """Measure each step and yield its file, once it is written.

    Raises Interrupted between two files, or within one; ServerError, RunFolderError.
    """
    server = experiments.resources.server.describe()
    described = {"machine": environment.machine(), "server": server}
    run_folder.write("environment.json", json.dumps(described, indent=2, default=str) + "\n")
    for step in steps:
        began = time.monotonic()
        run_folder.write_lines(step.file, step.measure(experiments))
        yield MeasuredFile(step.file, time.monotonic() - began)
        experiments.resources.interrupts.check()


def summary(run_folder: RunFolder) -> str:
    """Write every figure that is known so far, part by part, from the files alone.

    Raises RunFolderError.
    """
    paragraphs = []
    for name, part in PARTS.items():
        sentences = list(part.sentences(run_folder)) or ["not measured yet"]
        paragraphs.append("\n  ".join([name, *sentences]) + "\n")
    return "\n".join(paragraphs)
