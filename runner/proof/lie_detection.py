"""Lying pools in a normal run beside an honest one: each must be detected, and no other accused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.proof.part import Step
from runner.proof.part_files import read
from runner.report.catalogue import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.experiments import Experiments
    from runner.proof.sample_sizes import SampleSizes
    from runner.results.run_folder import RunFolder

LYING_ABOUT_INSERTS = (
    "CountsTooMany",
    "CountsTooFew",
    "HandsOutTwice",
    "OpensMore",
    "AnswersEarly",
    "GuessesIds",
    "ShiftsIds",
    "DeletesAgain",
    "InsertsUnderAnotherName",
    "MakesUnlogged",
    "ChangesSettings",
    "WorksWhileParked",
    "HasAnotherProcess",
)
LYING_ABOUT_READS = ("AnswersFromMemory", "AnswersAtLeisure", "ReadsAhead")
LYING = (*LYING_ABOUT_INSERTS, *LYING_ABOUT_READS)
CONFIG: dict[str, Any] = {
    "name": "liars",
    "adapters": {name: {"adapter": f"runner.proof.lying_pools:{name}"} for name in LYING},
    "matrix": {"adapter": [*LYING_ABOUT_INSERTS, "psycopg3"], "workload": "insert"},
    "include": [{"adapter": [*LYING_ABOUT_READS, "psycopg3"], "workload": "read"}],
    "baseline": "psycopg3",
    "rounds": 1,
    "duration": "200ms",
    "warmup": 0,
    "turn": "60ms",
    "lead_in": "10ms",
    "pool": {"max_size": 5, "timeout": "5s"},
}
"""A matrix like any other; several turns, so that each is parked for a while."""


@dataclass(frozen=True)
class Detection:
    """The status of an adapter in a normal run, and the reason for it."""

    adapter: str
    workload: str
    status: str
    reason: str

    @property
    def lies(self) -> bool:
        """The adapter is one of the lying pools."""
        return self.adapter in LYING


def steps(sizes: SampleSizes, cpus: str | None) -> Iterator[Step]:
    """Yield the one run of all of them."""
    del sizes, cpus
    yield Step("liars.csv", measure)


def measure(experiments: Experiments) -> list[Detection]:
    """Measure them as any adapter is measured."""
    return [
        Detection(row.contender, row.conditions.workload, row.status, text(row.reason))
        for row in experiments.measure(CONFIG).rows
    ]


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield the reason for which each lying pool was rejected."""
    lines = read(run_folder, "liars.csv", Detection)
    lying = [line for line in lines if line.lies]
    if lines:
        detected = sum(line.status != "ok" for line in lying)
        accused = sum(line.status != "ok" for line in lines if not line.lies)
        yield f"{detected} of {len(lying)} liars caught, {accused} honest rows accused"
    yield from (f"  {line.adapter}: {line.status}: {line.reason}" for line in lying)
