"""Lying pools in a normal run, each of which must be detected, and honest ones, none accused."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from adapters.registry import BUILT_IN
from runner.language import ENGLISH
from runner.proof.base_config import SHORT_TURNS
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

HONEST: dict[str, Any] = {
    **SHORT_TURNS,
    "name": "honest",
    "rounds": 1,
    "duration": "200ms",
    "hold": "5ms",
}
HONEST_MATRIX = {"adapter": list(BUILT_IN), "clients": 4, "profile": ["equal", "stock"]}
"""All that is shipped; what an adapter cannot do is left out of the plan."""


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
    """Yield the run of the lying pools, and that of the honest ones."""
    del cpus
    yield Step("liars.csv", partial(measure, CONFIG))
    matrix = {**HONEST_MATRIX, "workload": sizes.honest_workloads}
    yield Step("honest.csv", partial(measure, {**HONEST, "matrix": matrix}))


def measure(config: dict[str, Any], experiments: Experiments) -> list[Detection]:
    """Measure pools as any adapter is measured."""
    return [
        Detection(row.contender, row.conditions.workload, row.status, text(row.reason, ENGLISH))
        for row in experiments.measure(config).rows
    ]


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield the reason for which each lying pool was rejected."""
    lines = [
        line for file in ("liars.csv", "honest.csv") for line in read(run_folder, file, Detection)
    ]
    lying = [line for line in lines if line.lies]
    honest = [line for line in lines if not line.lies]
    accused = [line for line in honest if line.status != "ok"]
    if lines:
        detected = sum(line.status != "ok" for line in lying)
        yield (
            f"{detected} of {len(lying)} liars caught, "
            f"{len(accused)} of {len(honest)} honest rows accused"
        )
    yield from (f"  {line.adapter}: {line.status}: {line.reason}" for line in (*lying, *accused))
