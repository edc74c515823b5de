"""A busy loop beside a run: the run must say so, and find no difference where there is none."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from runner.analysis.foreign_load import foreign_load
from runner.experiment.environment import cores
from runner.language import ENGLISH
from runner.proof import same_pool
from runner.proof.part import Step
from runner.proof.part_files import read
from runner.report.catalogue import text
from runner.supervision.process import Process, keeping_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.experiments import Experiments
    from runner.proof.ratio import Ratio
    from runner.proof.sample_sizes import SampleSizes
    from runner.results.run_folder import RunFolder

BUSY = "while True: pass"


@dataclass(frozen=True)
class Disturbed:
    """A pool against itself while another program is busy."""

    said: str
    """The run's own sentence on foreign load."""
    adapter: str
    ratio: float | None
    low: float | None
    high: float | None
    verdict: str

    @property
    def span(self) -> str:
        """The ratio with its interval."""
        if None in (self.ratio, self.low, self.high):
            return "no interval"
        return f"{self.ratio:.3f} [{self.low:.3f}, {self.high:.3f}]"

    @property
    def holds(self) -> bool:
        """The interval contains 1."""
        return self.low is not None and self.high is not None and self.low <= 1 <= self.high


def steps(sizes: SampleSizes, cpus: str | None) -> Iterator[Step]:
    """Yield the run beside a program that keeps the server's core busy."""
    placement = cpus or "one"
    yield Step(f"foreign-{placement}.csv", partial(measure, sizes, placement))


def measure(sizes: SampleSizes, cpus: str, experiments: Experiments) -> list[Disturbed]:
    """Measure a run shaped as the default one, with a busy loop on the core of the server."""
    resources = experiments.resources
    with Process(
        [sys.executable, "-c", BUSY],
        resources.watchdog,
        preexec_fn=keeping_to(cores()[:1]),
    ):
        measured = experiments.measure(same_pool.config(sizes, cpus))
    said = " ".join(text(sentence, ENGLISH) for sentence in foreign_load(measured.cycles))
    return [_line(said, line) for line in same_pool.against_itself(measured)]


def _line(said: str, line: Ratio) -> Disturbed:
    return Disturbed(said, line.adapter, line.ratio, line.low, line.high, line.verdict)


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield what the run said, and each pool against itself."""
    lines = read(run_folder, "foreign-*.csv", Disturbed)
    if lines:
        yield f"beside a busy loop: {lines[0].said}"
    for line in lines:
        yield f"  {line.adapter} against itself: {line.span}, {line.verdict}"
